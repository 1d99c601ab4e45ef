/** Domains, leases, devices and jobs that tests can watch, stop and break. */
package io.tenure.testing.jobs;
