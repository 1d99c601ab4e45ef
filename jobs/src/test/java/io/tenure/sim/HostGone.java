package io.tenure.sim;

/** Thrown at every operation of a process that is gone, until its thread is free again. */
final class HostGone extends Error {
    private static final long serialVersionUID = 1L;

    HostGone() {
        super("the simulated process is gone", null, false, false);
    }
}
