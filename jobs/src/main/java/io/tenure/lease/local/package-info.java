/** Leases by operating-system file locks: one host, no daemon. */
package io.tenure.lease.local;
