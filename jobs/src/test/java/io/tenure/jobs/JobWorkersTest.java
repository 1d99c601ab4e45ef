package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.lease.LeaseState;
import io.tenure.testing.jobs.SlowPatternFactory;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job in a process of its own: it dies alone, and is found again. */
class JobWorkersTest {
    @TempDir Path directory;
    private Path folder;
    private Path journalFile;
    private TestDomain agent;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        folder = directory.resolve("workers");
        journalFile = directory.resolve("jobs.journal");
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolume(4096);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void aJobInAWorkerEndsAsItWouldHereAndTheJournalKnowsWhoRanIt() throws Exception {
        try (JobJournal journal = JobJournal.open(journalFile, 1 << 16);
                JobWorkers workers = workers(journal, JobWorkers.OnAgentsEnd.ABORT)) {
            WorkerOrder order = order(Map.of());
            JobHandle job = workers.submit(order);
            ProcessIdentity worker = workers.process(order.jobId()).orElseThrow();

            JobResult result = TestDomain.await(job);

            TestDomain.requireDone(result);
            assertThat(result.generationAfter()).isEqualTo(2);
            assertThat(result.stepDurations()).containsOnlyKeys(JobStep.values());
            assertThat(job.progress()).isEqualTo(new JobProgress(3, 7));
            assertThat(worker.pid()).isNotEqualTo(ProcessHandle.current().pid());
            assertThat(worker.isAlive()).isFalse();
            assertThat(JobJournal.read(journalFile))
                    .extracting(JournalEntry::process)
                    .containsExactly(worker, worker);
            assertThat(agent.record(volume).generation()).isEqualTo(2);
            JobResult refused =
                    TestDomain.await(workers.submit(order(Map.of("refuse", "not today"))));
            assertThat(failureOf(refused)).contains("not today");
            assertThatThrownBy(() -> workers.submit(order))
                    .isInstanceOf(JobRejectedException.class);
        }
    }

    @Test
    void aKilledWorkerTakesItsJobAloneAndTheAgentGoesOn() throws Exception {
        UUID other = agent.createVolume(4096);
        Path until = directory.resolve("until");
        try (JobJournal journal = JobJournal.open(journalFile, 1 << 16);
                JobWorkers workers = workers(journal, JobWorkers.OnAgentsEnd.ABORT)) {
            WorkerOrder dies = order(Map.of("until", until.toString()));
            JobHandle killed = workers.submit(dies);
            JobHandle lives = workers.submit(order(other, Map.of("until", until.toString())));
            awaitThat(() -> works(killed) && works(lives));

            long pid = workers.process(dies.jobId()).orElseThrow().pid();
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();

            JobResult result = TestDomain.await(killed);
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.INTERRUPTED);
            assertThat(failureOf(result)).contains("137", "only storage tells");
            assertThat(result.generationAfter()).isNull();
            VolumeRecord record = agent.record(volume);
            assertThat(record.activeJob().orElseThrow().jobId()).isEqualTo(dies.jobId());
            assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
            Files.createFile(until);
            TestDomain.requireDone(TestDomain.await(lives));
        }
    }

    @Test
    void anAbortReachesTheWorkerAndIsRecorded() throws Exception {
        try (JobJournal journal = JobJournal.open(journalFile, 1 << 16);
                JobWorkers workers = workers(journal, JobWorkers.OnAgentsEnd.ABORT)) {
            JobHandle job = workers.submit(order(Map.of("until", "/nowhere")));
            awaitThat(() -> works(job));
            job.abort();
            job.abort();
            assertThat(TestDomain.await(job).outcome()).isEqualTo(JobState.ABORTED);
            assertThat(agent.record(volume).transitions().getFirst().failureCode())
                    .isEqualTo(FailureKind.ABORTED.code());
            assertThatThrownBy(job::abort).isInstanceOf(AbortRefusedException.class);
        }
    }

    @Test
    void whenTheAgentIsKilledAWorkerThatGoesOnIsFoundByTheNextAndFollowedToItsEnd()
            throws Exception {
        Path until = directory.resolve("until");
        WorkerOrder order = order(Map.of("until", until.toString()));
        killAgentWith(order, JobWorkers.OnAgentsEnd.GO_ON);
        try (JobJournal journal = JobJournal.open(journalFile, 1 << 16);
                JobWorkers workers = workers(journal, JobWorkers.OnAgentsEnd.GO_ON)) {
            JobHandle job = workers.find(order.jobId()).orElseThrow();
            ProcessIdentity worker = workers.process(order.jobId()).orElseThrow();
            assertThat(worker.isAlive()).isTrue();
            assertThat(job.state()).isEqualTo(JobState.RUNNING);

            Files.createFile(until);

            JobResult result = TestDomain.await(job);
            TestDomain.requireDone(result);
            assertThat(result.generationAfter()).isEqualTo(2);
            assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        }
        try (JobJournal journal = JobJournal.open(journalFile, 1 << 16)) {
            assertThat(journal.leftUnfinished()).isEmpty();
        }
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whenTheAgentIsKilledAWorkerThatEndsWithItAbortsItsJobAndTheNextAgentIsTold()
            throws Exception {
        WorkerOrder order = order(Map.of("until", "/nowhere"));
        killAgentWith(order, JobWorkers.OnAgentsEnd.ABORT);
        try (JobJournal journal = JobJournal.open(journalFile, 1 << 16);
                JobWorkers workers = workers(journal, JobWorkers.OnAgentsEnd.ABORT)) {
            JobHandle job = workers.find(order.jobId()).orElseThrow();
            assertThat(TestDomain.await(job).outcome()).isEqualTo(JobState.ABORTED);
            assertThat(agent.record(volume).transitions().getFirst().failureCode())
                    .isEqualTo(FailureKind.ABORTED.code());
            assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
        }
    }

    @Test
    void noMoreWorkersRunThanMay() throws Exception {
        try (JobJournal journal = JobJournal.open(journalFile, 1 << 16);
                JobWorkers one =
                        JobWorkers.open(
                                command(), folder, journal, JobWorkers.OnAgentsEnd.ABORT, 1)) {
            one.submit(order(Map.of("until", "/nowhere")));
            WorkerOrder surplus = order(Map.of());
            assertThatThrownBy(() -> one.submit(surplus))
                    .isInstanceOf(JobRejectedException.class)
                    .hasMessageContaining("1 run already");
            assertThat(one.find(surplus.jobId())).isEmpty();
        }
    }

    /** An agent in a process of its own, killed while its worker works. */
    private void killAgentWith(WorkerOrder order, JobWorkers.OnAgentsEnd onEnd) throws Exception {
        List<String> words =
                new java.util.ArrayList<>(
                        ChildJvm.command(
                                directory,
                                List.of("--enable-native-access=ALL-UNNAMED"),
                                AgentWithWorker.class,
                                NEIGHBOURS));
        words.addAll(
                List.of(
                        folder.toString(),
                        journalFile.toString(),
                        onEnd.name(),
                        order.text(),
                        String.join(" ", command())));
        Process killed =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("agent.log").toFile())
                        .start();
        try {
            awaitThat(() -> Files.exists(directory.resolve("working")) || !killed.isAlive());
            assertThat(killed.isAlive())
                    .as(Files.readString(directory.resolve("agent.log")))
                    .isTrue();
        } finally {
            killed.destroyForcibly().waitFor();
        }
    }

    /** An agent that waits to be killed. */
    static final class AgentWithWorker {
        private AgentWithWorker() {}

        public static void main(String[] words) throws Exception {
            try (JobJournal journal = JobJournal.open(Path.of(words[1]), 1 << 16);
                    JobWorkers workers =
                            JobWorkers.open(
                                    List.of(words[4].split(" ", -1)),
                                    Path.of(words[0]),
                                    journal,
                                    JobWorkers.OnAgentsEnd.valueOf(words[2]),
                                    4)) {
                JobHandle job = workers.submit(WorkerOrder.parse(words[3]));
                awaitThat(() -> works(job));
                Files.createFile(Path.of(words[1]).resolveSibling("working"));
                job.await();
            }
        }
    }

    private static final Class<?>[] NEIGHBOURS = {
        Job.class, VolumeRecord.class, BlockDevice.class, Errno.class, ChildJvm.class
    };

    private static boolean works(JobHandle job) {
        return job.step().filter(JobStep.WORK::equals).isPresent()
                && job.progress().bytesDone() == 3;
    }

    private static void awaitThat(BooleanSupplier condition) {
        long end = System.nanoTime() + TestDomain.LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) { // runs in children too, which have no AssertJ
                throw new IllegalStateException("it did not come");
            }
            Thread.onSpinWait();
        }
    }

    private static String failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure()).message();
    }

    private JobWorkers workers(JobJournal journal, JobWorkers.OnAgentsEnd onEnd)
            throws IOException {
        return JobWorkers.open(command(), folder, journal, onEnd, 4);
    }

    private List<String> command() throws IOException {
        return ChildJvm.command(
                directory,
                List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"),
                WorkerMain.class,
                SlowPatternFactory.class,
                VolumeRecord.class,
                BlockDevice.class,
                Errno.class);
    }

    private WorkerOrder order(Map<String, String> parameters) {
        return order(volume, parameters);
    }

    private WorkerOrder order(UUID target, Map<String, String> parameters) {
        return new WorkerOrder(
                UUID.randomUUID(),
                "test",
                agent.domain().path(),
                agent.domain().id(),
                target,
                SlowPatternFactory.class.getName(),
                parameters);
    }
}
