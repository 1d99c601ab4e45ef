package io.tenure.sanlock;

/**
 * One host of a lockspace, as this host's daemon saw it last.
 *
 * @param hostId its host id
 * @param generation how often the host id has been acquired; one more with each join
 * @param timestamp its last renewal, in seconds of that host's own monotonic clock; 0 when free
 * @param ioTimeoutSeconds its io_timeout
 * @param state what the daemon concludes
 */
public record HostStatus(
        long hostId, long generation, long timestamp, int ioTimeoutSeconds, HostState state) {}
