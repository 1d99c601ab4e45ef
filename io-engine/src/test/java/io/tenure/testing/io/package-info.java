/** Devices and engines for tests: in memory, and with faults on order. */
package io.tenure.testing.io;
