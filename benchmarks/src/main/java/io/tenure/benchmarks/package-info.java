/** One class for each question asked of the machine. */
package io.tenure.benchmarks;
