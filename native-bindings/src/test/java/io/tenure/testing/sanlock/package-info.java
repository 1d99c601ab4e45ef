/**
 * Real sanlock daemons for tests: several hosts on one machine, with storage in memory that can be
 * cut off, and a clock of their own. Begin at {@link io.tenure.testing.sanlock.SanlockLab}.
 */
package io.tenure.testing.sanlock;
