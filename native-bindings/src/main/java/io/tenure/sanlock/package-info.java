/**
 * sanlock for Java: lockspaces, resources, and the connections that hold leases.
 *
 * <p>{@link io.tenure.sanlock.Sanlock} speaks to a daemon; {@link io.tenure.sanlock.Registration}
 * is a connection whose leases live as long as it does. Both refuse what the daemon or its library
 * is known not to survive, and turn codes into a {@link io.tenure.sanlock.SanlockException} that
 * says what to do. How long calls take is in {@link io.tenure.sanlock.SanlockTimeouts}. Lock value
 * blocks are not offered: with 4096-byte sectors and areas below 8 MiB they overwrite another
 * resource.
 */
package io.tenure.sanlock;
