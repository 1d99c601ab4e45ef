/**
 * Proves constants, layouts and signatures against the installed C headers.
 *
 * <p>{@link io.tenure.bindings.probe.HeaderProbe} turns what the Java classes claim into a C
 * program, compiles it under {@code -Werror} and compares what it prints.
 */
package io.tenure.bindings.probe;
