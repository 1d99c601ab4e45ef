package io.tenure.sanlock;

/** To whom an event is sent. */
public sealed interface EventTarget {
    /** The most that any lockspace has room for, and what the daemon accepts. */
    int MAX_HOST_ID = 2000;

    /**
     * One host, of whatever generation.
     *
     * @param hostId its host id, from 1 to {@link #MAX_HOST_ID}
     */
    record Host(long hostId) implements EventTarget {
        /**
         * Checks the host id.
         *
         * @throws IllegalArgumentException if it is out of range
         */
        public Host {
            checkHostId(hostId);
        }
    }

    /**
     * One host in one generation: it is not received once that host has joined anew.
     *
     * @param hostId its host id, from 1 to {@link #MAX_HOST_ID}
     * @param generation its generation, at least 1; see {@link HostStatus#generation}
     */
    record Incarnation(long hostId, long generation) implements EventTarget {
        /**
         * Checks both.
         *
         * @throws IllegalArgumentException if one is out of range
         */
        public Incarnation {
            checkHostId(hostId);
            if (generation < 1) {
                throw new IllegalArgumentException(
                        "the generation must be at least 1, not " + generation);
            }
        }
    }

    /** All hosts of the lockspace. */
    record AllHosts() implements EventTarget {}

    private static void checkHostId(long hostId) {
        if (hostId < 1 || hostId > MAX_HOST_ID) {
            throw new IllegalArgumentException(
                    "the host id must be 1 to " + MAX_HOST_ID + ", not " + hostId);
        }
    }
}
