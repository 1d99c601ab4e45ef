/**
 * A simulator: several hosts run the protocol's own code over storage, leases and clocks in memory,
 * and a seed, or a search through all possibilities, decides what happens when.
 */
package io.tenure.sim;
