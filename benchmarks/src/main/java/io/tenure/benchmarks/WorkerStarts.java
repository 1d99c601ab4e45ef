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
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * How long a job takes that has next to nothing to do, in a worker process and in this one: from
 * submission until the agent hears of its first step, and of its end; in workers without a cache of
 * classes and with one, as agents have it from their second start on. In rounds, in which each runs
 * once.
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

    /** Where a job runs. */
    private enum Place {
        HERE("in this process"),
        PLAIN_WORKER("in a worker, without a cache"),
        WORKER("in a worker");

        private final String words;

        Place(String words) {
            this.words = words;
        }
    }

    private final Path folder;
    private final LeaseManagers leases;
    private final StorageDomain domain;
    private final UUID volume = UUID.randomUUID();

    private WorkerStarts(Path folder, LeaseManagers leases, StorageDomain domain) {
        this.folder = folder;
        this.leases = leases;
        this.domain = domain;
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
                StorageDomain domain = StorageDomain.create(path, spec, local::formatDomain)) {
            new WorkerStarts(folder, leases, domain).compare(rounds);
        }
    }

    private void compare(int rounds) throws Exception {
        try (JobJournal one = journal("plain");
                JobJournal two = journal("cached");
                JobRunner plain = runner(workers("plain", one));
                JobRunner cached = runner(prepared(workers("cached", two)))) {
            VolumeSpec spec =
                    new VolumeSpec(
                            volume, VOLUME_BYTES, Allocation.SPARSE, Optional.empty(), "measured");
            run(plain, new CreateVolume(UUID.randomUUID(), domain, spec), Isolation.IN_PROCESS);
            Map<Place, List<Times>> times = new EnumMap<>(Place.class);
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                for (Place place : Place.values()) {
                    Times taken =
                            switch (place) {
                                case HERE -> run(plain, update(round), Isolation.IN_PROCESS);
                                case PLAIN_WORKER -> run(plain, update(round), Isolation.PROCESS);
                                case WORKER -> run(cached, update(round), Isolation.PROCESS);
                            };
                    if (round >= 0) {
                        times.computeIfAbsent(place, _ -> new ArrayList<>()).add(taken);
                    }
                }
            }
            System.out.println(
                    "Milliseconds from the submission: median [quartiles], smallest-largest, of "
                            + rounds
                            + ".\n\n| a job | first step | end |\n|---|---|---|");
            times.forEach(WorkerStarts::print);
        }
    }

    private JobJournal journal(String name) throws IOException {
        return JobJournal.open(folder.resolve(name + ".journal"), JobJournal.DEFAULT_LIMIT_BYTES);
    }

    private JobWorkers workers(String name, JobJournal journal) throws IOException {
        return JobWorkers.openUnprepared(
                folder.resolve(name), journal, JobWorkers.OnAgentsEnd.ABORT);
    }

    private static JobWorkers prepared(JobWorkers workers) throws IOException {
        if (!workers.prepare()) {
            throw new IOException("no cache can be made: it takes JDK 25 and a jar");
        }
        return workers;
    }

    private JobRunner runner(JobWorkers workers) {
        return JobRunner.start(leases, JobSettings.DEFAULT.withWorkers(workers), 1, 1);
    }

    private Job update(int round) {
        return new UpdateVolume(UUID.randomUUID(), domain, volume, null, "round " + round);
    }

    private static Times run(JobRunner runner, Job job, Isolation isolation) throws Exception {
        FirstStep first = new FirstStep();
        long begin = System.nanoTime();
        JobResult result = runner.submit(job, first, isolation).await();
        long end = System.nanoTime();
        if (result.outcome() != JobState.DONE) {
            throw new IOException("not done: " + result);
        }
        return new Times((first.nanos - begin) / 1e6, (end - begin) / 1e6);
    }

    private static void print(Place place, List<Times> times) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s |%n",
                place.words,
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
