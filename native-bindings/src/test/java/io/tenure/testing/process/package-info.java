/** Processes to test with. */
package io.tenure.testing.process;
