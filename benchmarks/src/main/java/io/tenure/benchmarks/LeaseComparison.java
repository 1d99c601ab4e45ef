package io.tenure.benchmarks;

import io.tenure.sanlock.LeaseClaim;
import io.tenure.sanlock.LeaseMode;
import io.tenure.sanlock.Registration;
import io.tenure.sanlock.Resource;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Leases acquired and released from Java and from C, in rounds: in each round both make as many
 * calls, of the same daemon, on leases of the same file, and their medians are compared within the
 * round. Needs root, sanlock, gcc and sanlock's headers (Debian: libsanlock-dev).
 *
 * <pre>
 * java -cp tenure-bench.jar io.tenure.benchmarks.LeaseComparison \
 *     ROUNDS CALLS benchmarks/control/leases.c DIRECTORY
 * java --enable-native-access=ALL-UNNAMED -cp benchmarks/target/tenure-bench.jar \
 *     io.tenure.benchmarks.LeaseComparison 21 500 benchmarks/control/leases.c /dev/shm
 * </pre>
 *
 * The directory is where the leases lie; the daemon is one of our own, without watchdog.
 */
public final class LeaseComparison {
    /** Before the first round, for the JIT. */
    private static final int WARM_UP_ROUNDS = 8;

    private final LeaseBench bench;
    private final Sanlock sanlock;
    private final Resource resource;
    private final List<LeaseClaim> claims;

    private LeaseComparison(LeaseBench bench) {
        this.bench = bench;
        this.sanlock = bench.sanlock();
        this.resource = bench.resourceOfJava();
        this.claims = List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE));
    }

    /** The two halves of each time: acquiring, with or without registering, and releasing. */
    private record Times(double acquireMicros, double releaseMicros) {
        static Times ofMedians(long[] nanosInTurn) {
            return new Times(median(nanosInTurn, 0), median(nanosInTurn, 1));
        }

        double pairMicros() {
            return acquireMicros + releaseMicros;
        }

        private static double median(long[] nanosInTurn, int first) {
            double[] micros = new double[nanosInTurn.length / 2];
            for (int i = 0; i < micros.length; i++) {
                micros[i] = nanosInTurn[2 * i + first] / 1e3;
            }
            Arrays.sort(micros);
            return quantile(micros, 0.5);
        }
    }

    /** One kind of call, from both languages. */
    private enum Work {
        HOLD("acquire", "release"),
        OPEN("register and acquire", "release, then close");

        private final String first;
        private final String second;

        Work(String first, String second) {
            this.first = first;
            this.second = second;
        }

        String command(int calls) {
            return name().toLowerCase(Locale.ROOT) + ' ' + calls;
        }
    }

    /**
     * Compares.
     *
     * @param arguments see the class
     * @throws IOException daemon or compiler are not to be had, or a call failed
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("ROUNDS CALLS PROGRAM.c DIRECTORY");
        }
        int rounds = Integer.parseInt(arguments[0]);
        int calls = Integer.parseInt(arguments[1]);
        try (LeaseBench bench = LeaseBench.start(Path.of(arguments[2]), Path.of(arguments[3]))) {
            LeaseComparison comparison = new LeaseComparison(bench);
            System.out.println(
                    "Microseconds of a call: median of the rounds' medians, (best). Ratio within"
                            + " a round: median [quartiles].\n\n"
                            + "| call | Java | C | Java/C |\n|---|---|---|---|");
            for (Work work : Work.values()) {
                comparison.compare(work, rounds, calls, System.out);
            }
        }
    }

    private void compare(Work work, int rounds, int calls, PrintStream out) throws IOException {
        List<Times> ofJava = new ArrayList<>();
        List<Times> ofC = new ArrayList<>();
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            boolean javaFirst = Math.floorMod(round, 2) == 0;
            Times c = javaFirst ? null : Times.ofMedians(bench.askC(work.command(calls)));
            Times java = Times.ofMedians(inJava(work, calls));
            c = c == null ? Times.ofMedians(bench.askC(work.command(calls))) : c;
            if (round >= 0) {
                ofJava.add(java);
                ofC.add(c);
            }
        }
        print(out, work.first, ofJava, ofC, Times::acquireMicros);
        print(out, work.second, ofJava, ofC, Times::releaseMicros);
        print(out, "both together", ofJava, ofC, Times::pairMicros);
    }

    private long[] inJava(Work work, int calls) throws SanlockException {
        long[] nanos = new long[2 * calls];
        if (work == Work.HOLD) {
            try (Registration registration = sanlock.register()) {
                for (int i = 0; i < calls; i++) {
                    pair(registration, System.nanoTime(), nanos, i);
                }
            }
        } else {
            for (int i = 0; i < calls; i++) {
                long begin = System.nanoTime();
                try (Registration registration = sanlock.register()) {
                    pair(registration, begin, nanos, i);
                }
            }
        }
        return nanos;
    }

    private void pair(Registration registration, long beginNanos, long[] nanos, int index)
            throws SanlockException {
        registration.acquire(claims, "");
        long acquired = System.nanoTime();
        registration.release(List.of(resource));
        nanos[2 * index] = acquired - beginNanos;
        nanos[2 * index + 1] = System.nanoTime() - acquired;
    }

    private static void print(
            PrintStream out,
            String call,
            List<Times> ofJava,
            List<Times> ofC,
            ToDoubleFunction<Times> micros) {
        double[] java = ofJava.stream().mapToDouble(micros).toArray();
        double[] c = ofC.stream().mapToDouble(micros).toArray();
        double[] ratios = new double[java.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = java[i] / c[i];
        }
        Arrays.sort(ratios);
        Arrays.sort(java);
        Arrays.sort(c);
        out.printf(
                Locale.ROOT,
                "| %s | %.0f (%.0f) | %.0f (%.0f) | %.3f [%.2f-%.2f] |%n",
                call,
                quantile(java, 0.5),
                java[0],
                quantile(c, 0.5),
                c[0],
                quantile(ratios, 0.5),
                quantile(ratios, 0.25),
                quantile(ratios, 0.75));
    }

    private static double quantile(double[] sorted, double part) {
        double place = part * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
