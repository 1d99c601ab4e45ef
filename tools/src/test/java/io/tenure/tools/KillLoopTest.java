package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.domain.SlotContent;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.engine.IoGate;
import io.tenure.jobs.DirectJob;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseWatch;
import io.tenure.lease.sanlock.OnTermination;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command is killed at random times, and another host asks by the command what became of its
 * job. {@code -Dtenure.kills=N} sets how often, {@code -Dtenure.kills.seed=S} repeats the choices
 * that a run has printed.
 */
final class KillLoopTest {
    private static final int DEFAULT_KILLS = 3;
    private static final int BYTES = 8 << 20;
    private static final int MAX_VOLUMES = 4;

    /**
     * Of the time that an undisturbed copy takes: before the first the command is still starting,
     * after the last it has ended.
     */
    private static final double EARLIEST = 0.2;

    private static final double LATEST = 1.1;

    // How the command says what became of a job, by its exit code.
    private static final int COMPLETED = 0;
    private static final int PREEMPTED = 11;
    private static final int INTERRUPTED = 12;
    private static final int NOT_STARTED = 14;

    @TempDir private Path folder;
    private SanlockLab lab;
    private LeaseManagers leases;
    private Path path;
    private StorageDomain domain;
    private long undisturbedNanos;

    /** What is killed. */
    private enum Verb {
        COPY,
        ZERO,
        CREATE,
        DELETE,
        UPDATE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Which generation its job is to find. */
        long generation() {
            return this == CREATE ? 0 : 1;
        }
    }

    @BeforeEach
    void start() throws Exception {
        lab = SanlockLab.start(2);
        leases =
                new LeaseManagers(
                        List.of(new SanlockLeaseManager(lab.sanlock(1), OnTermination.LIVE_ON)));
        path = Files.createDirectory(lab.runDirectory(0).resolveSibling("domain"));
        run(
                1,
                "domain",
                "create",
                path,
                "--leases",
                "sanlock",
                "--max-volumes",
                MAX_VOLUMES,
                "--io-timeout",
                1);
        domain = StorageDomain.open(path, Access.READ_WRITE);
        try (CommandProcess first = join(0);
                CommandProcess second = join(1)) {
            assertThat(first.await().exitCode()).isZero();
            assertThat(second.await().exitCode()).isZero();
        }
        lab.awaitAllLive(domain.id().toString());
    }

    private CommandProcess join(int host) throws IOException {
        return CommandProcess.start(
                folder, lab.environment(host), "host", "join", path, "--host-id", host + 1);
    }

    @AfterEach
    void stop() throws IOException {
        domain.close();
        leases.close();
        lab.close();
    }

    private CommandRun run(int host, Object... words) throws Exception {
        return CommandProcess.run(folder, lab.environment(host), words);
    }

    @Test
    void wheneverTheCommandIsKilledAnotherHostIsToldTheTruth() throws Exception {
        int kills = Integer.getInteger("tenure.kills", DEFAULT_KILLS);
        long seed = Long.getLong("tenure.kills.seed", System.nanoTime() % 1_000_000);
        System.out.println("kill loop: " + kills + " kills of seed " + seed);
        Random random = new Random(seed);
        undisturbedNanos = undisturbed();
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            Verb verb = Verb.values()[random.nextInt(Verb.values().length)];
            String came = oneKill(verb, random.nextDouble(EARLIEST, LATEST), random.nextLong());
            System.out.println("kill loop: " + (i + 1) + ": " + came);
            if (came.startsWith("WRONG")) {
                wrong.add(came);
            }
        }
        assertThat(wrong).as("seed " + seed).isEmpty();
    }

    private long undisturbed() throws Exception {
        UUID volume = UUID.randomUUID();
        byte[] before = makeVolume(volume, new Random(1));
        Path source = Files.write(folder.resolve("undisturbed"), before);
        long begin = System.nanoTime();
        CommandRun run = run(0, words(Verb.COPY, volume, UUID.randomUUID(), source));
        assertThat(run.exitCode()).as(run.toString()).isZero();
        long took = System.nanoTime() - begin;
        remove(volume);
        return took;
    }

    private byte[] makeVolume(UUID volume, Random random) throws IOException {
        byte[] before = new byte[BYTES];
        random.nextBytes(before);
        requireDone(
                new CreateVolume(
                        UUID.randomUUID(),
                        domain,
                        new VolumeSpec(volume, BYTES, Allocation.SPARSE, Optional.empty(), "")));
        Files.write(domain.find(volume).dataPath(), before);
        return before;
    }

    /** The command's words; each job is to find generation 1, but the one that makes a volume. */
    private Object[] words(Verb verb, UUID volume, UUID job, Path source) {
        List<Object> words = new ArrayList<>(List.of("volume", verb.word(), path));
        switch (verb) {
            case COPY ->
                    words.addAll(
                            List.of(source, volume, "--request-size", "4K", "--queue-depth", 1));
            case ZERO, DELETE -> words.add(volume);
            case UPDATE -> words.addAll(List.of(volume, "--description", "killed"));
            case CREATE -> words.addAll(List.of("--size", BYTES, "--uuid", volume));
        }
        if (verb != Verb.CREATE) {
            words.addAll(List.of("--expect-generation", 1));
        }
        words.addAll(List.of("--job-id", job));
        return words.toArray();
    }

    /** Returns what it came to, in a line. */
    private String oneKill(Verb verb, double when, long content) throws Exception {
        UUID volume = UUID.randomUUID();
        UUID job = UUID.randomUUID();
        Random random = new Random(content);
        byte[] before = verb == Verb.CREATE ? new byte[0] : makeVolume(volume, random);
        byte[] copied = new byte[BYTES];
        random.nextBytes(copied);
        Path source = Files.write(folder.resolve("source"), copied);
        try (CommandProcess command =
                CommandProcess.start(
                        folder, lab.environment(0), words(verb, volume, job, source))) {
            assertThat(command.pid()).isPositive();
            Thread.sleep(Duration.ofNanos((long) (undisturbedNanos * when)));
        } // which kills it
        int told = ask(volume, job, verb.generation()).exitCode();
        byte[] after = bytes(volume);
        VolumeRecord record = record(volume);
        boolean committed = isCommitted(record, job, verb.generation());
        List<String> problems = new ArrayList<>();
        check(problems, (told == COMPLETED) == committed, "told " + told);
        check(
                problems,
                committed || told == INTERRUPTED || told == NOT_STARTED || record == null,
                "told " + told);
        check(problems, isAsItIsToBe(verb, committed, record, before, copied, after), "its bytes");
        int again = ask(volume, job, verb.generation()).exitCode();
        check(
                problems,
                again == told || (again == PREEMPTED && !committed),
                "told " + told + " and then " + again);
        check(problems, Arrays.equals(after, bytes(volume)), "data was written afterwards");
        workOn(volume, record, copied, source);
        return (problems.isEmpty() ? "ok" : "WRONG " + problems)
                + " %s killed at %.2f of an undisturbed copy: exit code %d, %s"
                        .formatted(
                                verb,
                                when,
                                told,
                                record == null
                                        ? "no volume"
                                        : record.legality() + " " + record.generation());
    }

    private static void check(List<String> problems, boolean holds, String what) {
        if (!holds) {
            problems.add(what);
        }
    }

    private CommandRun ask(UUID volume, UUID job, long generation) throws Exception {
        return run(
                1,
                "volume",
                "recon",
                path,
                volume,
                "--job-id",
                job,
                "--expect-generation",
                generation,
                "--wait",
                20);
    }

    private static boolean isAsItIsToBe(
            Verb verb,
            boolean committed,
            @Nullable VolumeRecord record,
            byte[] before,
            byte[] copied,
            byte[] after) {
        if (!committed) {
            // Without a commit the bytes count only where they were not to be touched yet.
            return record == null
                    || record.legality() != Legality.LEGAL
                    || Arrays.equals(before, after);
        }
        return switch (verb) {
            case COPY -> Arrays.equals(copied, after);
            case ZERO, CREATE -> Arrays.equals(new byte[BYTES], after);
            case UPDATE -> Arrays.equals(before, after);
            case DELETE -> record != null && record.legality() == Legality.REMOVED;
        };
    }

    private static boolean isCommitted(@Nullable VolumeRecord record, UUID job, long generation) {
        return record != null
                && record.transitions().stream()
                        .anyMatch(each ->
                                each.fromGeneration() == generation
                                        && each.jobId().equals(job)
                                        && each.kind().bumpsGeneration()
                                        && each.kind() != TransitionKind.FENCED);
    }

    private @Nullable VolumeRecord record(UUID volume) throws IOException {
        for (SlotContent slot : domain.store().readAll()) {
            VolumeRecord record = slot.record();
            if (record != null && record.volumeId().equals(volume)) {
                return record;
            }
        }
        return null;
    }

    private byte[] bytes(UUID volume) throws IOException {
        VolumeRecord record = record(volume);
        return record == null || !Files.exists(domain.dataPath(record))
                ? new byte[0]
                : Files.readAllBytes(domain.dataPath(record));
    }

    /** A new job runs, and the volume can be removed. */
    private void workOn(UUID volume, @Nullable VolumeRecord record, byte[] copied, Path source)
            throws IOException {
        if (record == null) {
            makeVolume(volume, new Random(2));
        } else if (record.legality() != Legality.REMOVED) {
            requireDone(
                    new CopyVolume(
                            UUID.randomUUID(),
                            new CopySource.Outside(source),
                            domain,
                            volume,
                            record.generation(),
                            CopySettings.DEFAULT));
            assertThat(bytes(volume)).isEqualTo(copied);
        } else {
            return;
        }
        remove(volume);
    }

    private void remove(UUID volume) {
        requireDone(new DeleteVolume(UUID.randomUUID(), domain, volume, null));
    }

    private void requireDone(Job job) {
        JobResult result;
        try (LeaseWatch watch = new LeaseWatch(JobSettings.DEFAULT.verifyInterval())) {
            result =
                    new DirectJob(
                                    job,
                                    leases,
                                    watch,
                                    IoGate::awaitDrained,
                                    new JobSettings(
                                            Clock.SYSTEM,
                                            DeviceOpener.SYSTEM,
                                            Duration.ofSeconds(20),
                                            JobSettings.DEFAULT.verifyInterval(),
                                            JobSettings.DEFAULT_BUFFER_LIMIT_BYTES),
                                    JobObserver.NONE)
                            .run();
        }
        assertThat(result.outcome()).as("%s", result).isEqualTo(JobState.DONE);
    }
}
