package io.tenure.benchmarks;

import io.tenure.domain.DomainSpec;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.LeaseKind;
import io.tenure.jobs.Isolation;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobJournal;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.jobs.JobWorkers;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.local.LocalLeaseManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * How long a job takes that has next to nothing to do, in a worker process and in this one: from
 * submission until the agent hears of its first step, and of its end. First without a cache of
 * classes, then with one, as agents have it from their second start on.
 *
 * <pre>
 * java -cp tenure-bench.jar io.tenure.benchmarks.WorkerStarts ROUNDS DIRECTORY
 * java --enable-native-access=ALL-UNNAMED -cp benchmarks/target/tenure-bench.jar \
 *     io.tenure.benchmarks.WorkerStarts 31 /dev/shm
 * </pre>
 */
public final class WorkerStarts {
    private static final int WARM_UP_ROUNDS = 3;
    private static final int VOLUME_BYTES = 1 << 20;

    private final StorageDomain domain;
    private final UUID volume = UUID.randomUUID();
    private final JobRunner runner;

    private WorkerStarts(StorageDomain domain, JobRunner runner) {
        this.domain = domain;
        this.runner = runner;
    }

    /** Milliseconds since the submission. */
    private record Times(double firstStepMillis, double endMillis) {}

    /** Takes down when the first step was heard of. */
    private static final class FirstStep implements JobObserver {
        private volatile long nanos;

        @Override
        public void stepStarted(Job job, JobStep step) {
            if (step == JobStep.ACQUIRE) {
                nanos = System.nanoTime();
            }
        }
    }

    /**
     * Measures.
     *
     * @param arguments see the class
     * @throws Exception if a job could not be run
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("ROUNDS DIRECTORY");
        }
        int rounds = Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory(Path.of(arguments[1]), "starts");
        try {
            measure(folder, rounds);
        } finally {
            delete(folder);
        }
    }

    private static void measure(Path folder, int rounds) throws Exception {
        DomainSpec spec =
                new DomainSpec(
                        UUID.randomUUID(),
                        LeaseKind.LOCAL,
                        OptionalInt.empty(),
                        DomainSpec.DEFAULT_LEASE_ALIGN_BYTES,
                        OptionalInt.of(100),
                        DomainSpec.DEFAULT_IO_TIMEOUT_SECONDS);
        Path path = Files.createDirectory(folder.resolve("domain"));
        LocalLeaseManager local = new LocalLeaseManager();
        try (LeaseManagers leases = new LeaseManagers(List.of(local));
                StorageDomain domain = StorageDomain.create(path, spec, local::formatDomain);
                JobJournal journal =
                        JobJournal.open(
                                folder.resolve("journal"), JobJournal.DEFAULT_LIMIT_BYTES)) {
            JobWorkers workers =
                    JobWorkers.openUnprepared(
                            folder.resolve("workers"), journal, JobWorkers.OnAgentsEnd.ABORT);
            try (JobRunner runner =
                    JobRunner.start(leases, JobSettings.DEFAULT.withWorkers(workers), 1, 1)) {
                WorkerStarts starts = new WorkerStarts(domain, runner);
                starts.makeVolume();
                System.out.println(
                        "Milliseconds from the submission: median [quartiles], smallest-largest,"
                                + " of "
                                + rounds
                                + ".\n\n| job | first step | end |\n|---|---|---|");
                starts.row("in this process", Isolation.IN_PROCESS, rounds);
                starts.row("in a worker, without a cache", Isolation.PROCESS, rounds);
                if (workers.prepare()) {
                    starts.row("in a worker", Isolation.PROCESS, rounds);
                } else {
                    System.out.println("No cache could be made.");
                }
            }
        }
    }

    private void makeVolume() throws Exception {
        VolumeSpec spec =
                new VolumeSpec(
                        volume, VOLUME_BYTES, Allocation.SPARSE, Optional.empty(), "measured");
        run(new CreateVolume(UUID.randomUUID(), domain, spec), Isolation.IN_PROCESS);
    }

    private Times run(Job job, Isolation isolation) throws Exception {
        FirstStep first = new FirstStep();
        long begin = System.nanoTime();
        JobResult result = runner.submit(job, first, isolation).await();
        long end = System.nanoTime();
        if (result.outcome() != JobState.DONE) {
            throw new IOException("not done: " + result);
        }
        return new Times((first.nanos - begin) / 1e6, (end - begin) / 1e6);
    }

    private void row(String name, Isolation isolation, int rounds) throws Exception {
        List<Times> times = new ArrayList<>();
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            Job job = new UpdateVolume(UUID.randomUUID(), domain, volume, null, "r" + round);
            Times taken = run(job, isolation);
            if (round >= 0) {
                times.add(taken);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s |%n",
                name,
                words(times.stream().mapToDouble(Times::firstStepMillis).toArray()),
                words(times.stream().mapToDouble(Times::endMillis).toArray()));
    }

    private static String words(double[] millis) {
        Arrays.sort(millis);
        return String.format(
                Locale.ROOT,
                "%.1f [%.1f-%.1f], %.1f-%.1f",
                quantile(millis, 0.5),
                quantile(millis, 0.25),
                quantile(millis, 0.75),
                millis[0],
                millis[millis.length - 1]);
    }

    private static double quantile(double[] sorted, double part) {
        return sorted[(int) Math.round(part * (sorted.length - 1))];
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
