package io.tenure.sim;

/** What happens to a process that waits. */
sealed interface Event {
    /** It goes on. */
    Event TURN = new Simple("turn");

    /** Somebody aborts its job. */
    Event ABORT = new Simple("abort");

    /** Its watch says that its lease is lost. */
    Event LOST = new Simple("lost");

    /**
     * One that happens once at a moment.
     *
     * @param name what it is
     */
    record Simple(String name) implements Event {}

    /**
     * A request has come back.
     *
     * @param request which, counted from 0 since the process began
     */
    record Completed(int request) implements Event {}
}
