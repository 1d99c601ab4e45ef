package io.tenure.sim;

import java.util.EnumSet;
import java.util.Set;

/**
 * What takes several coincidences, too rare to be met by chance: all schedules that lead there, by
 * a few kinds of faults alone.
 */
enum Corner {
    /** A record that was cut off between its copies, and a sector of another that comes late. */
    A_LATE_SECTOR_BESIDE_A_RECORD_CUT_OFF(Script.TWO_UPDATES_AND_A_RECON, 2),
    /** Both copies of a record lost, each to another machine. */
    EACH_COPY_TORN_BY_ANOTHER(Script.A_JOB_A_LOOK_AND_ANOTHER_JOB, 3),
    /** Both copies of a record lost at once. */
    BOTH_COPIES_TORN_AT_ONCE(Script.A_JOB_A_LOOK_AND_ANOTHER_JOB, 2),
    /** A job that fails, and whose failure meets another error, a pause, an abort or a kill. */
    TROUBLE_UPON_TROUBLE(Script.A_JOB_A_LOOK_AND_ANOTHER_JOB, 2),
    /** A failure that a machine records which stood still, after its job was closed. */
    A_FAILURE_RECORDED_LATE(Script.A_JOB_A_RECON_AND_THE_NEXT_JOB, 2),
    /** More failures in one generation than a record keeps. */
    A_FAILURE_FORGOTTEN(Script.FOUR_JOBS_A_LOOK_AND_A_RECON, 4);

    private final Script script;
    private final int faultLimit;

    Corner(Script script, int faultLimit) {
        this.script = script;
        this.faultLimit = faultLimit;
    }

    /** The kinds of faults, and what goes on without any. */
    Set<Action> possible() {
        Set<Action> possible = faults();
        possible.add(Action.RUN);
        possible.add(Action.LAND);
        return possible;
    }

    private Set<Action> faults() {
        return switch (this) {
            case A_LATE_SECTOR_BESIDE_A_RECORD_CUT_OFF ->
                    EnumSet.of(Action.LAND_LATE, Action.TICK, Action.PAUSE_IN_FLIGHT, Action.KILL);
            case EACH_COPY_TORN_BY_ANOTHER -> EnumSet.of(Action.KILL, Action.CRASH_TEARING);
            case BOTH_COPIES_TORN_AT_ONCE -> EnumSet.of(Action.ERROR, Action.CRASH_TEARING);
            case A_FAILURE_RECORDED_LATE ->
                    EnumSet.of(Action.TICK, Action.RESUME, Action.ERROR, Action.PAUSE);
            case A_FAILURE_FORGOTTEN -> EnumSet.of(Action.ABORT);
            case TROUBLE_UPON_TROUBLE ->
                    EnumSet.of(
                            Action.LAND_LATE,
                            Action.TICK,
                            Action.RESUME,
                            Action.WATCH,
                            Action.ERROR,
                            Action.ERROR_DONE,
                            Action.PAUSE,
                            Action.ABORT,
                            Action.KILL);
        };
    }

    /** All of it. */
    Schedule.Space space() {
        return new Schedule.Space(script, faultLimit, Pruning.Degree.LEASED, this);
    }
}
