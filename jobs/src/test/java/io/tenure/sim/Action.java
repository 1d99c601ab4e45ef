package io.tenure.sim;

import java.util.Set;

/** What can happen next in a schedule. */
enum Action {
    /** A host goes on to its next operation. */
    RUN(100, false),
    /** A request that is in flight reaches the storage. */
    LAND(60, false),
    /** The same of a machine that is gone, cut off or stands still. */
    LAND_LATE(6, false),
    /** Half of a request that is in flight reaches the storage; the rest never does. */
    LAND_TORN(2, false),
    /** A paused host goes on; its clock has stood still. */
    RESUME(8, false),
    /** A host reaches its storage again. */
    HEAL(8, false),
    /** A host that crashed has booted, and joined with a new host generation. */
    REJOIN(12, false),
    /** Time passes: half of what makes a host dead. */
    TICK(12, false),
    /** A host's watch looks at its leases. */
    WATCH(30, false),
    /** Somebody aborts the job. */
    ABORT(6, true),
    /** The process is killed; its daemon lives and frees its leases. */
    KILL(6, true),
    /** The host loses power; what was not flushed is on storage all the same. */
    CRASH_KEEPING(4, true),
    /** The host loses power, and with it everything that was not flushed is lost. */
    CRASH_LOSING(6, true),
    /** The host loses power; what was not flushed is on storage by half. */
    CRASH_TEARING(4, true),
    /** The host loses power with its request in flight, which may land later or never. */
    CRASH_IN_FLIGHT(6, true),
    /** The virtual machine stops before its next operation. */
    PAUSE(8, true),
    /** The virtual machine stops while its request is in flight. */
    PAUSE_IN_FLIGHT(8, true),
    /** The host does not reach its storage; its daemon ends the process in time. */
    PARTITION(4, true),
    /** The host does not reach its storage, and nothing ends the process: no watchdog, or late. */
    PARTITION_UNWATCHED(4, true),
    /** The operation reports an error, and has done nothing. */
    ERROR(4, true),
    /** The operation reports an error, and has been done. */
    ERROR_DONE(4, true);

    /**
     * After which a sector of a record may land that was decided on before others took the lease
     * over: the window between the last look at the lease and the sector's arrival. In a schedule
     * one incarnation of a host alone has such sectors; two are beyond the protocol.
     */
    static final Set<Action> LATE_RECORDS =
            Set.of(PAUSE, PAUSE_IN_FLIGHT, PARTITION_UNWATCHED, CRASH_IN_FLIGHT);

    /** How often a random schedule takes it, against the others that are possible. */
    final int weight;

    /** Whether it counts against the schedule's number of faults. */
    final boolean fault;

    Action(int weight, boolean fault) {
        this.weight = weight;
        this.fault = fault;
    }
}
