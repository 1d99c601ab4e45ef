package io.tenure.sim;

import java.util.EnumSet;
import java.util.Set;

/**
 * What takes several coincidences, too rare to be met by chance: all schedules that lead there, by
 * a few kinds of faults alone.
 */
enum Corner {
    /** A record that was cut off between its copies, and a sector of another that comes late. */
    A_LATE_SECTOR_BESIDE_A_RECORD_CUT_OFF(
            Script.TWO_UPDATES_AND_A_RECON,
            2,
            Action.LAND_LATE,
            Action.TICK,
            Action.PAUSE_IN_FLIGHT,
            Action.KILL),
    /** Both copies of a record lost, each to another machine. */
    EACH_COPY_TORN_BY_ANOTHER(
            Script.A_JOB_A_LOOK_AND_ANOTHER_JOB, 3, Action.KILL, Action.CRASH_TEARING),
    /** Both copies of a record lost at once. */
    BOTH_COPIES_TORN_AT_ONCE(
            Script.A_JOB_A_LOOK_AND_ANOTHER_JOB, 2, Action.ERROR, Action.CRASH_TEARING),
    /** A job that fails, and whose failure meets another error, a pause, an abort or a kill. */
    TROUBLE_UPON_TROUBLE(
            Script.A_JOB_A_LOOK_AND_ANOTHER_JOB,
            2,
            Action.LAND_LATE,
            Action.TICK,
            Action.RESUME,
            Action.WATCH,
            Action.ERROR,
            Action.ERROR_DONE,
            Action.PAUSE,
            Action.ABORT,
            Action.KILL);

    private final Schedule.Space space;
    private final Set<Action> actions;

    Corner(Script script, int faults, Action... some) {
        space = new Schedule.Space(script, faults, Pruning.Degree.LEASED);
        actions = EnumSet.of(Action.RUN, Action.LAND);
        actions.addAll(Set.of(some));
    }

    /** Goes through all of it. */
    SimReport search(Simulator simulator) {
        return simulator.onlyWith(actions).exhaust(space, Long.MAX_VALUE);
    }
}
