/**
 * What the verbs work with: an open domain, a job run to its end, and how domains, volumes and jobs
 * are shown.
 */
package io.tenure.tools.work;
