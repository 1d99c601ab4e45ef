/**
 * Volume leases: who may work on a volume now.
 *
 * <p>{@link io.tenure.lease.LeaseManager} is the seam; sanlock and local leases stand behind it.
 */
package io.tenure.lease;
