/** Leases by sanlock: many hosts, over shared storage alone. */
package io.tenure.lease.sanlock;
