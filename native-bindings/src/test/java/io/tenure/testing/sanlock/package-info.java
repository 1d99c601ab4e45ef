/** Real sanlock daemons for tests: several hosts on one machine, with storage in memory. */
package io.tenure.testing.sanlock;
