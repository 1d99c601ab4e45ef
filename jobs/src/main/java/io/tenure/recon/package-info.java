/**
 * Reconnaissance: what became of a job, as storage itself tells it, whatever became of the host
 * that ran it.
 */
package io.tenure.recon;
