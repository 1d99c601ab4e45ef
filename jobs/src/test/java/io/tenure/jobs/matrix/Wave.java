package io.tenure.jobs.matrix;

import io.tenure.testing.device.Fault;
import io.tenure.testing.io.SlowGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Cells with one strike that go through it together, one at each berth of a lane. */
final class Wave {
    /** For what needs no host to die. */
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Longer than a host takes to die, in the fast time of the lanes where one does. */
    private static final Duration UNTIL_TAKEN_OVER = Duration.ofSeconds(40);

    /** Longer than a lease lives without its daemon: 8 and 60 seconds of sanlock's. */
    private static final int EXPIRY_SECONDS = 75;

    /** A request of 64 KiB takes a second then. */
    private static final int SLOW_BYTES = 64 << 10;

    private static final int SLOW_OPERATIONS = 1000;

    /** When a request has been submitted, and is far from its end. */
    private static final Duration UNDER_WAY = Duration.ofMillis(150);

    /** Whatever was under way would land within this. */
    private static final Duration ALL_LANDS = Duration.ofMillis(1500);

    private final Lane lane;
    private final List<CellRun> runs = new ArrayList<>();
    private final List<NextJob> nexts = new ArrayList<>();

    private interface Action {
        void run(int index) throws IOException, InterruptedException;
    }

    private Wave(Lane lane) {
        this.lane = lane;
    }

    /**
     * Runs cells.
     *
     * @param lane where
     * @param cells not more than the lane has berths, all with one strike
     * @return what came of each
     * @throws IOException if the lab itself fails
     * @throws InterruptedException if this thread was interrupted
     */
    static List<Result> run(Lane lane, List<Cell> cells) throws IOException, InterruptedException {
        return run(lane, cells, false);
    }

    /** The same with jobs that are broken: their marks are lost. */
    static List<Result> withoutMarks(Lane lane, List<Cell> cells)
            throws IOException, InterruptedException {
        return run(lane, cells, true);
    }

    private static List<Result> run(Lane lane, List<Cell> cells, boolean markLost)
            throws IOException, InterruptedException {
        Wave wave = new Wave(lane);
        for (int i = 0; i < cells.size(); i++) {
            wave.runs.add(new CellRun(lane, lane.berths().get(i), cells.get(i), markLost));
        }
        lane.prepare(cells.size());
        // One after the other: who holds a lease in fast time must not wait for who starts.
        wave.each(i -> {
            wave.runs.get(i).begin();
            wave.runs.get(i).arrive();
        });
        for (CellRun run : wave.runs) {
            wave.nexts.add(new NextJob(run));
        }
        switch (cells.getFirst().strike()) {
            case KILLED_BEFORE -> wave.kill(false);
            case KILLED_AFTER -> wave.kill(true);
            case KILLED_IN_FLIGHT -> wave.killInFlight();
            case PROCESS_STOPPED -> wave.stopProcess();
            case HOST_STOPPED -> wave.stopHost();
            case DAEMON_KILLED -> wave.killDaemon();
            case FAILS -> wave.fail(Fault.FAILS);
            case FULL -> wave.fail(Fault.FULL);
            case HANGS -> wave.hang();
        }
        return wave.results();
    }

    private void each(Action action) throws IOException, InterruptedException {
        for (int i = 0; i < runs.size(); i++) {
            action.run(i);
        }
    }

    private List<Result> results() throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        each(i -> {
            nexts.get(i).stillStands();
            runs.get(i).clear();
            results.add(runs.get(i).result(runs.get(i).settled(), nexts.get(i).words()));
        });
        return results;
    }

    private void askForGood(Duration wait) throws IOException, InterruptedException {
        each(i -> runs.get(i).askForGood(wait));
    }

    private void nothingChanged() throws IOException, InterruptedException {
        each(this::nothingChanged);
    }

    /** What was told stays true: nothing was written since, but to data that nobody relies on. */
    private void nothingChanged(int i) throws IOException {
        if (nexts.get(i).isDone()) {
            return; // it is looked whether that stands
        }
        Truth then = runs.get(i).settled();
        Truth now = runs.get(i).look();
        Judge judge = runs.get(i).judge();
        judge.check(
                now.sameRecord(then),
                "the record was changed afterwards: "
                        + now.record()
                        + " instead of "
                        + then.record());
        judge.check(now.sameData(then) || then.isQuarantined(), "data was written afterwards");
        judge.data(now);
    }

    private void next() throws IOException, InterruptedException {
        each(i -> nexts.get(i).run());
    }

    private void kill(boolean after) throws IOException, InterruptedException {
        lane.foresee(runs.size());
        if (after) {
            each(i -> runs.get(i).goOverIt());
        }
        each(i -> runs.get(i).process().close());
        askForGood(SOON);
        each(i -> runs.get(i).isRefused());
        nothingChanged();
        next();
    }

    /** Nobody is told anything before the last byte has landed. */
    private void killInFlight() throws IOException, InterruptedException {
        lane.foresee(runs.size());
        each(i -> {
            CellRun run = runs.get(i);
            try (SlowGroup slow =
                    SlowGroup.create(run.berth().device(), SLOW_BYTES, SLOW_OPERATIONS)) {
                slow.add(run.process().pid());
                run.process().goOn();
                Thread.sleep(UNDER_WAY);
                Truth atKill = run.look();
                run.process().kill();
                run.askForGood(SOON);
                run.judge()
                        .check(
                                !atKill.sameBytes(runs.get(i).settled()),
                                "nothing was under way when it was killed");
                Thread.sleep(ALL_LANDS);
                run.process().close();
            }
        });
        nothingChanged();
        each(i -> runs.get(i).isRefused());
        next();
    }

    private void stopProcess() throws IOException, InterruptedException {
        each(i -> runs.get(i).process().stop());
        Thread.sleep(lane.lab().real(EXPIRY_SECONDS));
        each(i -> runs.get(i).askMeanwhile());
        each(i -> runs.get(i).process().cont());
        each(i -> runs.get(i).awaitEnd());
        askForGood(SOON);
        next();
    }

    private void stopHost() throws IOException, InterruptedException {
        lane.lab().suspend(Lane.VICTIM);
        askForGood(UNTIL_TAKEN_OVER);
        next();
        lane.lab().resume(Lane.VICTIM);
        each(i -> runs.get(i).awaitEnd());
        nothingChanged();
        each(i -> runs.get(i).isRefused());
        goOnAfterQuarantine();
    }

    /** Where the next job was refused, a person lets it through. */
    private void goOnAfterQuarantine() throws IOException, InterruptedException {
        each(i -> {
            if (!nexts.get(i).isDone()) {
                nexts.get(i).release();
                nexts.get(i).run();
            }
        });
    }

    private void killDaemon() throws IOException, InterruptedException {
        lane.lab().kill(Lane.VICTIM);
        each(i -> runs.get(i).awaitEnd());
        askForGood(UNTIL_TAKEN_OVER);
        next();
        lane.revive();
        nothingChanged();
        each(i -> runs.get(i).isRefused());
        each(i -> {
            if (!nexts.get(i).isDone()) {
                nexts.get(i).run(); // its host has joined anew: the quarantine is over
            }
        });
    }

    private void fail(Fault fault) throws IOException, InterruptedException {
        each(i -> {
            CellRun run = runs.get(i);
            run.setFault(fault);
            run.goOverIt();
            run.setFault(Fault.NONE);
            run.awaitEnd();
        });
        each(i -> runs.get(i).askWhatIsLeftOver());
        askForGood(SOON);
        each(i -> runs.get(i).isRefused());
        next();
    }

    /**
     * A host whose way to the leases hangs dies for the others, and what hung lands when they have
     * taken over; one whose data alone hangs lives on.
     */
    private void hang() throws IOException, InterruptedException {
        each(i -> {
            runs.get(i).setFault(Fault.HANGS);
            runs.get(i).process().goOn();
        });
        Thread.sleep(lane.lab().real(EXPIRY_SECONDS));
        each(i -> {
            if (runs.get(i).cell().onData()) {
                runs.get(i).askMeanwhile();
            } else {
                runs.get(i).askForGood(UNTIL_TAKEN_OVER);
                nexts.get(i).run();
            }
        });
        each(i -> runs.get(i).setFault(Fault.NONE));
        each(i -> runs.get(i).awaitEndOfHanging());
        lane.revive();
        each(i -> {
            if (runs.get(i).cell().onData()) {
                runs.get(i).askForGood(SOON);
            } else {
                nothingChanged(i);
            }
            runs.get(i).isRefused();
            if (!nexts.get(i).isDone()) {
                nexts.get(i).run();
            }
        });
    }
}
