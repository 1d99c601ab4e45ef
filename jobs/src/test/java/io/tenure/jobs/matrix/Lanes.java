package io.tenure.jobs.matrix;

import io.tenure.jobs.internal.TryAll;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs cells on lanes of two sorts: in the machine's own time for what needs no lease to expire,
 * and in fast time for the rest, where many wait at once.
 */
final class Lanes {
    private static final int FAST_CLOCK = 10;

    /**
     * How many waves are repeated since a daemon that should not has given up its storage: on a
     * machine that has too much to do it gets no time to renew.
     */
    private static final int MAX_REPEATS = 5;

    private final AtomicInteger repeats = new AtomicInteger();
    private final int fastBerths;
    private final int plainBerths;
    private final Consumer<Result> listener;
    private final List<Result> results = Collections.synchronizedList(new ArrayList<>());

    /**
     * Creates a runner.
     *
     * @param plainBerths how many cells are under way at once in the machine's time
     * @param fastBerths how many in fast time
     * @param listener is told of each result, on any thread
     */
    Lanes(int plainBerths, int fastBerths, Consumer<Result> listener) {
        this.plainBerths = plainBerths;
        this.fastBerths = fastBerths;
        this.listener = listener;
    }

    /**
     * What there is to strike at.
     *
     * @param operations the operations of undisturbed jobs, each as a cell with any strike
     * @param broken what came of a job without a mark that was killed with its data half written
     */
    record Survey(List<Cell> operations, Result broken) {}

    /**
     * Lists the operations of all kinds of jobs, as they are when nothing happens; and looks
     * whether a protocol that is broken is found to be.
     *
     * @return what was found
     * @throws IOException if one does not run
     * @throws InterruptedException if this thread was interrupted
     */
    static Survey survey() throws IOException, InterruptedException {
        List<Cell> all = new ArrayList<>();
        try (Lane lane = Lane.start(1, 1)) {
            lane.prepare(1);
            for (JobKind kind : JobKind.values()) {
                all.addAll(operations(lane, kind));
            }
            Cell half =
                    all.stream()
                            .filter(each -> each.kind() == JobKind.COPY && each.onData())
                            .findFirst()
                            .orElseThrow();
            List<Cell> killed = List.of(half.with(Strike.KILLED_AFTER));
            return new Survey(all, Wave.withoutMarks(lane, killed).getFirst());
        }
    }

    private static List<Cell> operations(Lane lane, JobKind kind) throws IOException {
        Cell none = new Cell(kind, 0, "", false, Strike.KILLED_BEFORE);
        CellRun run = new CellRun(lane, lane.berths().getFirst(), none, false);
        run.begin();
        List<Cell> cells = run.list();
        Truth truth = run.look();
        run.clear();
        Result result = run.result(truth, "");
        if (result.isWrong() || !(truth.isCommitted() || truth.isFenced())) {
            throw new IOException("undisturbed, it came to " + result);
        }
        return cells;
    }

    /**
     * Runs cells.
     *
     * @param cells in any order
     * @return what came of each
     * @throws IOException if a lane cannot be started or closed
     * @throws InterruptedException if this thread was interrupted
     */
    List<Result> run(List<Cell> cells) throws IOException, InterruptedException {
        Deque<List<Cell>> plain = waves(cells, false, plainBerths);
        Deque<List<Cell>> fast = waves(cells, true, fastBerths);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> lanes = new ArrayList<>();
            lanes.add(threads.submit(() -> drain(plain, 1, plainBerths)));
            lanes.add(threads.submit(() -> drain(fast, FAST_CLOCK, fastBerths)));
            TryAll all = new TryAll();
            for (Future<?> lane : lanes) {
                all.run(() -> await(lane));
            }
            all.throwFirst();
        }
        return List.copyOf(results);
    }

    private static void await(Future<?> lane) throws IOException {
        try {
            lane.get();
        } catch (ExecutionException e) {
            throw new IOException("a lane has failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Deque<List<Cell>> waves(List<Cell> cells, boolean fast, int berths) {
        Deque<List<Cell>> waves = new ArrayDeque<>();
        for (Strike strike : Strike.values()) {
            List<Cell> same =
                    cells.stream()
                            .filter(cell -> cell.strike() == strike)
                            .filter(cell -> strike.takesExpiry() == fast)
                            .toList();
            for (int i = 0; i < same.size(); i += berths) {
                waves.add(same.subList(i, Math.min(same.size(), i + berths)));
            }
        }
        return waves;
    }

    /** Runs waves one after the other; one that breaks the lane is told of, and gets a new one. */
    private Void drain(Deque<List<Cell>> waves, int clockFactor, int berths) throws Exception {
        while (!waves.isEmpty()) {
            try (Lane lane = Lane.start(clockFactor, Math.min(berths, largest(waves)))) {
                boolean sound = true;
                while (sound && !waves.isEmpty()) {
                    sound = runOne(lane, waves);
                }
            }
        }
        return null;
    }

    private static int largest(Deque<List<Cell>> waves) {
        return waves.stream().mapToInt(List::size).max().orElse(1);
    }

    /** Returns whether the lane is as it was. */
    private boolean runOne(Lane lane, Deque<List<Cell>> waves) throws InterruptedException {
        List<Cell> cells = waves.remove();
        List<Result> wave;
        boolean sound = true;
        try {
            wave = Wave.run(lane, cells);
        } catch (IOException | RuntimeException e) {
            sound = false;
            String what = "could not be run to its end: " + e;
            wave =
                    cells.stream()
                            .map(cell -> new Result(cell, "", "", "", "", "", false, List.of(what)))
                            .toList();
        }
        sound &= lane.isSound() && wave.stream().allMatch(Result::reached);
        if (!sound && repeats.incrementAndGet() <= MAX_REPEATS) {
            System.out.println("crash matrix: the lab was at fault; repeated: " + wave);
            waves.addFirst(cells);
        } else {
            results.addAll(wave);
            wave.forEach(listener);
        }
        return sound;
    }
}
