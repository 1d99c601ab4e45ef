package io.tenure.lease;

/**
 * What else was seen when a lease was found to be still ours on storage.
 *
 * @param wantedElsewhere whether another host asks for it: its owner is to end its work and let it
 *     go
 */
public record LeaseLook(boolean wantedElsewhere) {
    /** Ours, and nobody asks. */
    public static final LeaseLook OURS = new LeaseLook(false);
}
