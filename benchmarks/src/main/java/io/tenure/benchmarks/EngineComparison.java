package io.tenure.benchmarks;

import io.tenure.io.engine.EngineKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Engines side by side, in rounds: in each round every engine does the same work once, and the
 * times are compared within the round. Prints a row for each kind of work.
 *
 * <pre>
 * java -cp tenure-bench.jar io.tenure.benchmarks.EngineComparison \
 *     ROUNDS SIZE-MIB COPY-DEPTHS RANDOM-DEPTHS ENGINES file:DIRECTORY|loop:DIRECTORY ...
 * java -cp tenure-bench.jar io.tenure.benchmarks.EngineComparison \
 *     21 2048 8 1,4,16,64 AIO,THREADS loop:/var/tmp loop:/dev/shm file:/var/tmp
 * </pre>
 *
 * The first engine is the one that the others are compared with. A loop device needs root.
 */
public final class EngineComparison {
    /** How long one sample of random requests lasts: short, so that rounds can be many. */
    private static final long SAMPLE_NANOS = 150_000_000;

    /** Between two looks at the clock. */
    private static final int TURN = 32;

    private final int rounds;
    private final long sizeBytes;
    private final List<EngineKind> kinds;
    private final PrintStream out;

    private EngineComparison(int rounds, long sizeBytes, List<EngineKind> kinds, PrintStream out) {
        this.rounds = rounds;
        this.sizeBytes = sizeBytes;
        this.kinds = kinds;
        this.out = out;
    }

    /** What so many operations took, in time and in processor time of this process. */
    private record Sample(long operations, double totalMicros, double totalCpuMicros) {
        double micros() {
            return totalMicros / operations;
        }
    }

    /**
     * Compares.
     *
     * @param arguments see the class
     * @throws IOException a device or an engine is not to be had
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 6) {
            throw new IllegalArgumentException(
                    "ROUNDS SIZE-MIB COPY-DEPTHS RANDOM-DEPTHS ENGINES file:DIRECTORY ...");
        }
        EngineComparison comparison =
                new EngineComparison(
                        Integer.parseInt(arguments[0]),
                        Long.parseLong(arguments[1]) << 20,
                        Arrays.stream(arguments[4].split(",")).map(EngineKind::valueOf).toList(),
                        System.out);
        comparison.header();
        for (String where : List.of(arguments).subList(5, arguments.length)) {
            comparison.compareOn(where, depths(arguments[2]), depths(arguments[3]));
        }
    }

    private void compareOn(String where, List<Integer> copyDepths, List<Integer> randomDepths)
            throws IOException {
        try (BenchmarkDevice source = create(where);
                BenchmarkDevice destination = create(where)) {
            for (int depth : copyDepths) {
                row(where, EngineLoad.Shape.COPY, depth, source, destination);
            }
            for (int depth : randomDepths) {
                row(where, EngineLoad.Shape.RANDOM_READ, depth, source, destination);
                row(where, EngineLoad.Shape.RANDOM_WRITE, depth, source, destination);
            }
        }
    }

    private BenchmarkDevice create(String where) throws IOException {
        Path directory = Path.of(where.substring(where.indexOf(':') + 1));
        return where.startsWith("loop:")
                ? BenchmarkDevice.loop(directory, sizeBytes)
                : BenchmarkDevice.file(directory, sizeBytes);
    }

    private void row(
            String where,
            EngineLoad.Shape shape,
            int depth,
            BenchmarkDevice source,
            BenchmarkDevice destination)
            throws IOException {
        Map<EngineKind, List<Sample>> samples = new EnumMap<>(EngineKind.class);
        kinds.forEach(kind -> samples.put(kind, new ArrayList<>()));
        for (int round = -1; round < rounds; round++) { // the first is for the JIT
            for (int i = 0; i < kinds.size(); i++) {
                // Each engine is first as often as the others.
                EngineKind kind = kinds.get(Math.floorMod(round + i, kinds.size()));
                try (EngineLoad load =
                        new EngineLoad(kind, shape, depth, source.device(), destination.device())) {
                    Sample sample = sample(load, shape, destination);
                    if (round >= 0) {
                        samples.getOrDefault(kind, List.of()).add(sample);
                    }
                }
            }
        }
        print(where, shape, depth, samples);
    }

    private Sample sample(EngineLoad load, EngineLoad.Shape shape, BenchmarkDevice destination)
            throws IOException {
        long cpuBefore = cpuMicros();
        long startNanos = System.nanoTime();
        long operations = 0;
        load.begin();
        if (shape == EngineLoad.Shape.COPY) {
            operations = sizeBytes / shape.requestBytes();
            load.turn(operations);
        } else {
            while (System.nanoTime() - startNanos < SAMPLE_NANOS) {
                load.turn(TURN);
                operations += TURN;
            }
        }
        load.end();
        if (shape == EngineLoad.Shape.COPY) {
            destination.device().flush();
        }
        double micros = (System.nanoTime() - startNanos) / 1e3;
        return new Sample(operations, micros, cpuMicros() - cpuBefore);
    }

    private void header() {
        out.println(
                "Time of one operation in microseconds: median, (best), processor time of the"
                        + " process. Ratios of times within a round: median [quartiles], and of"
                        + " processor time over all rounds.\n");
        StringBuilder line = new StringBuilder("| where | work | depth |");
        kinds.forEach(kind -> line.append(' ').append(kind).append(" us |"));
        for (EngineKind kind : kinds.subList(1, kinds.size())) {
            line.append(' ').append(kind).append('/').append(kinds.get(0)).append(" time; cpu |");
        }
        out.println(line);
        out.println("|---|---|---|" + "---|".repeat(2 * kinds.size() - 1));
    }

    private void print(
            String where,
            EngineLoad.Shape shape,
            int depth,
            Map<EngineKind, List<Sample>> samples) {
        StringBuilder line = new StringBuilder("| %s | %s | %d |".formatted(where, shape, depth));
        List<Sample> base = samples.getOrDefault(kinds.get(0), List.of());
        for (EngineKind kind : kinds) {
            List<Sample> all = samples.getOrDefault(kind, List.of());
            double[] micros = all.stream().mapToDouble(Sample::micros).sorted().toArray();
            line.append(
                    String.format(
                            Locale.ROOT,
                            " %.2f (%.2f) %.2f |",
                            quantile(micros, 0.5),
                            micros[0],
                            cpuMicros(all)));
        }
        for (EngineKind kind : kinds.subList(1, kinds.size())) {
            List<Sample> all = samples.getOrDefault(kind, List.of());
            double[] ratios = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                ratios[i] = all.get(i).micros() / base.get(i).micros();
            }
            Arrays.sort(ratios);
            line.append(
                    String.format(
                            Locale.ROOT,
                            " %.3f [%.2f-%.2f]; %.2f |",
                            quantile(ratios, 0.5),
                            quantile(ratios, 0.25),
                            quantile(ratios, 0.75),
                            cpuMicros(all) / cpuMicros(base)));
        }
        out.println(line);
    }

    /** Of one operation, over all samples: the ticks are too coarse for a single one. */
    private static double cpuMicros(List<Sample> samples) {
        return samples.stream().mapToDouble(Sample::totalCpuMicros).sum()
                / samples.stream().mapToLong(Sample::operations).sum();
    }

    private static double quantile(double[] sorted, double part) {
        double place = part * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static List<Integer> depths(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }

    /** User and system time of this process, in ticks of 10 ms; see proc_pid_stat(5). */
    private static long cpuMicros() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return 10_000 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    }
}
