package io.tenure.format;

/**
 * The incarnation of a host that may still have writes under way on a volume, although it does not
 * hold the volume's lease any more.
 *
 * @param hostId the host's id in the domain's lockspace, 1 to {@link Transition#MAX_HOST_ID}: with
 *     local leases, whose host id is 0, nothing is ever in quarantine
 * @param hostGeneration the generation of that host id; not negative
 */
public record Quarantine(long hostId, long hostGeneration) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is outside of its range
     */
    public Quarantine {
        Checks.range("quarantine.hostId", hostId, 1, Transition.MAX_HOST_ID);
        Checks.range("quarantine.hostGeneration", hostGeneration, 0, Long.MAX_VALUE);
    }
}
