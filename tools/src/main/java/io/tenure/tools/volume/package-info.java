/** The noun {@code volume}: each verb that changes one is a job. */
package io.tenure.tools.volume;
