package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.domain.Clock;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.Transfer;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the journal keeps, and what it survives. */
class JobJournalTest {
    private static final Instant WHEN = Instant.parse("2026-11-22T12:00:00.5Z");

    @TempDir Path directory;
    private Path path;
    private TestDomain agent;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        path = directory.resolve("jobs.journal");
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolume(4096);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void whatARunnerRanStandsThereWithItsOutcomeAndWhoRanIt() throws Exception {
        JobResult done;
        JobResult failed;
        try (JobJournal journal = JobJournal.open(path, JobJournal.DEFAULT_LIMIT_BYTES);
                JobRunner runner = runner(journal)) {
            done = TestDomain.await(runner.submit(body(c -> {}), JobObserver.NONE));
            failed =
                    TestDomain.await(
                            runner.submit(
                                    body(c -> {
                                        throw new IOException("a\tb\\c\nd \u00e4");
                                    }),
                                    JobObserver.NONE));
        }
        assertThat(done.warnings()).isEmpty();
        List<JournalEntry> entries = JobJournal.read(path);
        assertThat(entries)
                .extracting(JournalEntry::jobId)
                .containsExactly(done.jobId(), done.jobId(), failed.jobId(), failed.jobId());
        assertThat(entries)
                .extracting(e -> e.end().isPresent())
                .containsExactly(false, true, false, true);
        assertThat(entries)
                .allSatisfy(entry -> {
                    assertThat(entry.kind()).isEqualTo("test");
                    assertThat(entry.volumeId()).isEqualTo(volume);
                    assertThat(entry.domainId()).isEqualTo(agent.domain().id());
                    assertThat(entry.process()).isEqualTo(ProcessIdentity.own());
                });
        assertThat(entries.get(1).end()).contains(new JournalEntry.End(JobState.DONE, ""));
        assertThat(entries.get(1).volumes()).isEqualTo(done.volumes());
        assertThat(entries.get(3).end())
                .contains(new JournalEntry.End(JobState.FAILED, "a\tb\\c\nd \u00e4"));
        assertThat(entries.get(3).volumes()).containsExactly(at(volume, 2L, 2L, false));
    }

    @Test
    void aJobThatBeganAndNeverEndedIsFoundByTheNextAgent() throws Exception {
        JobRequest cutOff = body(c -> {}).request();
        JobRequest ended = body(c -> {}).request();
        try (JobJournal journal = JobJournal.open(path, 4096)) {
            begin(journal, cutOff);
            begin(journal, ended);
            journal.ended(result(ended), WHEN);
            assertThat(journal.leftUnfinished()).isEmpty();
        }
        try (JobJournal next = JobJournal.open(path, 4096)) {
            assertThat(next.leftUnfinished())
                    .extracting(JournalEntry::jobId)
                    .containsExactly(cutOff.id());
            assertThat(next.leftUnfinished().getFirst().process().isAlive()).isTrue();
        }
    }

    @Test
    void aTornTailCostsItselfAndNothingThatComesBeforeOrAfterIt() throws Exception {
        JobRequest first = body(c -> {}).request();
        JobRequest torn = body(c -> {}).request();
        JobRequest later = body(c -> {}).request();
        try (JobJournal journal = JobJournal.open(path, 4096)) {
            begin(journal, first);
            journal.begun(torn, List.of(untouched(volume), untouched(UUID.randomUUID())), WHEN);
        }
        byte[] whole = Files.readAllBytes(path);
        int firstLine = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
        for (int kept = firstLine; kept < whole.length; kept++) {
            Files.write(path, Arrays.copyOf(whole, kept));
            try (JobJournal journal = JobJournal.open(path, 4096)) {
                begin(journal, later);
            }
            List<UUID> ids = JobJournal.read(path).stream().map(JournalEntry::jobId).toList();
            if (kept == whole.length - 1) { // only the line's end was missing
                assertThat(ids).containsExactly(first.id(), torn.id(), later.id());
            } else {
                assertThat(ids).as("%s bytes", kept).containsExactly(first.id(), later.id());
            }
        }
    }

    @Test
    void ofAJobWithSeveralVolumesAllAreNamedAndWhatBecameOfEach() throws Exception {
        UUID second = agent.createVolume(4096);
        Path source = TestDomain.randomFile(directory.resolve("source"), 4096);
        CopyVolume copy =
                CopyVolume.ofSeveral(
                        UUID.randomUUID(),
                        List.of(transfer(source, volume), transfer(source, second)),
                        CopySettings.DEFAULT);
        Path control = agent.domain().controlPath();
        agent.devices()
                .add(
                        DeviceHook.failing( // the second of two commits
                                DeviceHook.nth(
                                        7, event -> event.is(control, DeviceEvent.Kind.WRITE)),
                                Errno.EIO));
        JobResult result;
        try (JobJournal journal = JobJournal.open(path, 4096);
                JobRunner runner = runner(journal)) {
            result = TestDomain.await(runner.submit(copy, JobObserver.NONE));
        }
        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(result.warnings()).isEmpty();
        List<JournalEntry> entries = JobJournal.read(path);
        assertThat(entries)
                .extracting(JournalEntry::volumes)
                .containsExactly(
                        List.of(untouched(volume), untouched(second)),
                        List.of(at(volume, 1L, 2L, true), at(second, 1L, 1L, false)));
        assertThat(entries.getLast().volumeId()).isEqualTo(volume);
    }

    @Test
    void whatAnEarlierBuildWroteIsReadAndWhatALaterOneAddsIsPassedOver() throws Exception {
        String who =
                "job=00000000-0000-0001-0000-000000000002\tkind=copy"
                        + "\tdomain=00000000-0000-0003-0000-000000000004"
                        + "\tvolume=00000000-0000-0005-0000-000000000006\tprocess=12:34:boot";
        String done = "\toutcome=DONE\tbefore=1\tafter=2";
        Files.writeString(
                path,
                // as the build before the one that names all volumes wrote them
                "98e34870 2026-11-22T12:00:00.500Z\tbegan\t"
                        + who
                        + "\ndee63b16 2026-11-22T12:00:00.500Z\tended\t"
                        + who
                        + done
                        + "\n9f67ab4e 2026-11-22T12:00:00.500Z\tended\t"
                        + who
                        + "\toutcome=FAILED\tbefore=1\tafter=1\twhy=fire\n1a97b7d4 2026-11-22T12:00:00.500Z\tbegan\t"
                        + who
                        + "\tmood=good\n");
        JobJournal.open(path, 4096).close();
        UUID domain = new UUID(3, 4);
        UUID target = new UUID(5, 6);
        assertThat(JobJournal.read(path))
                .extracting(JournalEntry::volumes)
                .containsExactly(
                        List.of(new VolumeResult(domain, target, null, null, false)),
                        List.of(new VolumeResult(domain, target, 1L, 2L, true)),
                        List.of(new VolumeResult(domain, target, 1L, 1L, false)),
                        List.of(new VolumeResult(domain, target, null, null, false)));
    }

    @Test
    void aByteThatChangedCostsItsLine() throws Exception {
        JobRequest first = body(c -> {}).request();
        JobRequest second = body(c -> {}).request();
        try (JobJournal journal = JobJournal.open(path, 4096)) {
            begin(journal, first);
            begin(journal, second);
        }
        byte[] bytes = Files.readAllBytes(path);
        for (int at : new int[] {0, 8, 9, 40, 100}) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            Files.write(path, changed);
            assertThat(JobJournal.read(path))
                    .extracting(JournalEntry::jobId)
                    .as("byte %s", at)
                    .containsExactly(second.id());
        }
        Files.write(path, new byte[] {(byte) 0xff, 0, '\n'}, StandardOpenOption.APPEND);
        assertThat(JobJournal.read(path)).hasSize(1);
    }

    @Test
    void itStaysWithinItsBoundAndKeepsTheJobsThatGoOn() throws Exception {
        long limit = 2000;
        JobRequest goesOn = body(c -> {}).request();
        JobRequest last = goesOn;
        try (JobJournal journal = JobJournal.open(path, limit)) {
            begin(journal, goesOn);
            for (int i = 0; i < 40; i++) {
                last = body(c -> {}).request();
                begin(journal, last);
                journal.ended(result(last), WHEN);
                assertThat(Files.size(path)).isLessThanOrEqualTo(limit);
            }
        }
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("jobs.journal", "jobs.journal.1")
                    .doesNotContain("jobs.journal.new");
        }
        assertThat(Files.size(directory.resolve("jobs.journal.1"))).isLessThanOrEqualTo(limit);
        try (JobJournal next = JobJournal.open(path, limit)) {
            assertThat(next.leftUnfinished())
                    .extracting(JournalEntry::jobId)
                    .containsExactly(goesOn.id());
        }
        assertThat(JobJournal.read(path).getLast().jobId()).isEqualTo(last.id());
    }

    @Test
    void twoAgentsDoNotWriteToOneJournal() throws Exception {
        try (JobJournal journal = JobJournal.open(path, 4096)) {
            assertThatThrownBy(() -> JobJournal.open(path, 4096))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another agent");
            begin(journal, body(c -> {}).request());
        }
        JobJournal.open(path, 4096).close();
    }

    @Test
    void anotherProcessIsKeptOutAlsoAfterThisOneHasTriedTwice() throws Exception {
        try (JobJournal journal = JobJournal.open(path, 4096)) {
            assertThatThrownBy(() -> JobJournal.open(path, 4096)).isInstanceOf(IOException.class);
            ChildJvm child = ChildJvm.run(directory, child(4096, "1"), Writer.class, NEIGHBOURS);
            assertThat(child.exitCode()).as(child.output()).isNotZero();
            assertThat(child.output()).contains("another agent");
            assertThat(journal.leftUnfinished()).isEmpty();
        }
    }

    @Test
    void whereverARotationIsCutOffNoJobThatGoesOnIsLost() throws Exception {
        JobRequest goesOn = body(c -> {}).request();
        try (JobJournal journal = JobJournal.open(path, 4096)) {
            begin(journal, goesOn);
        }
        byte[] all = Files.readAllBytes(path);
        Path former = directory.resolve("jobs.journal.1");
        Path next = directory.resolve("jobs.journal.new");
        for (int part = 0; part <= all.length; part++) { // the new file is being written
            Files.write(next, Arrays.copyOf(all, part));
            assertFinds(goesOn);
        }
        Files.move(path, former, StandardCopyOption.REPLACE_EXISTING); // it is called the former
        Files.write(next, all);
        assertFinds(goesOn);
        Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
        assertFinds(goesOn);
        Files.delete(former);
        assertFinds(goesOn);
    }

    private void assertFinds(JobRequest unfinished) throws IOException {
        try (JobJournal journal = JobJournal.open(path, 4096)) {
            assertThat(journal.leftUnfinished())
                    .extracting(JournalEntry::jobId)
                    .containsExactly(unfinished.id());
        }
    }

    @Test
    void whateverMomentItsWriterIsKilledAtAllThatItHadWrittenIsThere() throws Exception {
        for (int round = 0; round < 4; round++) {
            Path said = directory.resolve("said" + round);
            List<String> words =
                    ChildJvm.command(directory, child(1500, "100000"), Writer.class, NEIGHBOURS);
            Process writer =
                    new ProcessBuilder(words)
                            .redirectError(directory.resolve("errors").toFile())
                            .redirectOutput(said.toFile())
                            .start();
            long begin = System.nanoTime();
            while (Files.size(said) < 2000 + 700 * round) {
                assertThat(System.nanoTime() - begin).isLessThan(TestDomain.LIMIT.toNanos());
                Thread.onSpinWait();
            }
            writer.destroyForcibly().waitFor();
            List<String> lines = Files.readString(said).lines().toList();
            List<UUID> open = new ArrayList<>();
            for (String line : lines.subList(0, lines.size() - 1)) { // the last may be cut off
                UUID job = UUID.fromString(line.substring(2));
                if (line.startsWith("+")) {
                    open.add(job);
                } else {
                    open.remove(job);
                }
            }
            try (JobJournal journal = JobJournal.open(path, 1500)) {
                List<UUID> left =
                        journal.leftUnfinished().stream().map(JournalEntry::jobId).toList();
                // What it was about to say when it was killed may stand there, too: one of each.
                assertThat(left)
                        .as("round " + round)
                        .hasSizeBetween(open.size() - 2, open.size() + 2);
                open.removeAll(left);
                assertThat(open).as("round " + round).hasSizeLessThanOrEqualTo(2);
                assertThat(Files.size(path)).isLessThan(4 * 1500);
            }
            for (String ending : List.of("", ".1", ".new")) {
                Files.deleteIfExists(directory.resolve("jobs.journal" + ending));
            }
        }
    }

    private List<String> child(int limitBytes, String jobs) {
        return List.of("-Djournal=" + path, "-Dlimit=" + limitBytes, "-Djobs=" + jobs);
    }

    private static final Class<?>[] NEIGHBOURS = {
        JobJournal.class, VolumeRecord.class, BlockDevice.class, Errno.class, ChildJvm.class
    };

    /** Writes to a journal, and says what it has written: always three jobs go on. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] words) throws IOException {
            try (JobJournal journal =
                    JobJournal.open(
                            Path.of(System.getProperty("journal")), Long.getLong("limit"))) {
                ArrayDeque<JournalEntry> going = new ArrayDeque<>();
                for (int i = 0; i < Integer.getInteger("jobs"); i++) {
                    JournalEntry entry = entry(UUID.randomUUID(), Optional.empty());
                    journal.begun(entry);
                    System.out.println("+ " + entry.jobId());
                    going.add(entry);
                    if (going.size() > 3) {
                        UUID ended = going.remove().jobId();
                        journal.ended(
                                entry(ended, Optional.of(new JournalEntry.End(JobState.DONE, ""))));
                        System.out.println("- " + ended);
                    }
                }
            }
        }

        private static JournalEntry entry(UUID job, Optional<JournalEntry.End> end)
                throws IOException {
            return new JournalEntry(
                    WHEN,
                    job,
                    "test",
                    List.of(new VolumeResult(new UUID(1, 2), new UUID(3, 4), 1L, 2L, true)),
                    ProcessIdentity.own(),
                    end);
        }
    }

    @Test
    void aJournalThatFailsCostsAWarningAndNoJob() throws Exception {
        JobJournal journal = JobJournal.open(path, 4096);
        journal.close();
        try (JobRunner runner = runner(journal)) {
            JobResult result = TestDomain.await(runner.submit(body(c -> {}), JobObserver.NONE));
            TestDomain.requireDone(result);
            assertThat(result.warnings()).hasSize(2).allMatch(w -> w.contains("journal"));
        }
    }

    @Test
    @Tag("ovirt-60")
    void afterARestartTheJournalKnowsWhatBeganAndStorageWhatBecameOfIt() throws Exception {
        BodyJob job = body(c -> {});
        try (JobJournal journal = JobJournal.open(path, 4096)) {
            begin(journal, job.request()); // and then the agent died
        }
        try (JobJournal journal = JobJournal.open(path, 4096);
                JobRunner runner = runner(journal)) {
            assertThat(runner.jobs()).isEmpty();
            assertThat(journal.leftUnfinished())
                    .extracting(JournalEntry::jobId)
                    .containsExactly(job.request().id());
            assertThat(agent.record(volume).generation()).isEqualTo(1);
        }
    }

    @Test
    void aProcessIsKnownByMoreThanItsId() throws Exception {
        ProcessIdentity own = ProcessIdentity.own();
        assertThat(own.isAlive()).isTrue();
        assertThat(ProcessIdentity.parse(own.toString())).isEqualTo(own);
        assertThat(new ProcessIdentity(own.pid(), own.startTicks() + 1, own.bootId()).isAlive())
                .isFalse();
        assertThat(new ProcessIdentity(own.pid(), own.startTicks(), "earlier").isAlive()).isFalse();
        Process child = new ProcessBuilder("sleep", "60").start();
        ProcessIdentity childs = ProcessIdentity.of(child.pid());
        assertThat(childs.isAlive()).isTrue();
        child.destroyForcibly().waitFor();
        assertThat(childs.isAlive()).isFalse();
    }

    private void begin(JobJournal journal, JobRequest request) throws IOException {
        journal.begun(request, List.of(untouched(request.volumeId())), WHEN);
    }

    private VolumeResult untouched(UUID id) {
        return at(id, null, null, false);
    }

    private VolumeResult at(
            UUID id, @Nullable Long before, @Nullable Long after, boolean committed) {
        return new VolumeResult(agent.domain().id(), id, before, after, committed);
    }

    private Transfer transfer(Path source, UUID to) {
        return new Transfer(new CopySource.Outside(source), new JobTarget(agent.domain(), to, 1L));
    }

    private static JobResult result(JobRequest request) {
        @Nullable JobFailure none = null;
        return new JobResult(
                request.id(),
                request.kind(),
                request.domain().id(),
                request.volumeId(),
                JobState.DONE,
                1L,
                2L,
                DataMoved.NONE,
                Map.of(),
                List.of(),
                none);
    }

    private JobRunner runner(JobJournal journal) {
        return JobRunner.start(
                agent.managers(),
                new JobSettings(
                                Clock.SYSTEM,
                                agent.devices(),
                                Duration.ZERO,
                                Duration.ofSeconds(1),
                                JobSettings.DEFAULT_BUFFER_LIMIT_BYTES)
                        .withJournal(journal),
                1,
                8);
    }

    private BodyJob body(BodyJob.Body body) {
        return new BodyJob(UUID.randomUUID(), agent.domain(), volume, null, body);
    }
}
