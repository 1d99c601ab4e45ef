/** What the packages of this module share and nobody else needs. Not exported. */
package io.tenure.jobs.internal;
