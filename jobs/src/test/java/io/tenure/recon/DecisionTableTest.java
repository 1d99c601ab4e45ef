package io.tenure.recon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.format.ActiveJob;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseMode;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every row of the decision table, with and without preemption, asked twice and once more later, on
 * domains with local leases. The volume is at generation 1 before; the job is J, others are A to C.
 */
final class DecisionTableTest {
    private static final UUID J = UUID.fromString("00000000-0000-4000-8000-00000000000f");
    private static final UUID A = UUID.fromString("00000000-0000-4000-8000-00000000000a");
    private static final UUID B = UUID.fromString("00000000-0000-4000-8000-00000000000b");
    private static final UUID C = UUID.fromString("00000000-0000-4000-8000-00000000000c");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int CODE = 9;
    private static final int CUT_OFF = 137;

    @TempDir(factory = InMemory.class)
    Path folder;

    private TestDomain first;
    private TestDomain second;
    private UUID volume;

    /** Makes a domain for each row in no time. */
    static final class InMemory implements TempDirFactory {
        @Override
        public Path createTempDirectory(
                AnnotatedElementContext elementContext, ExtensionContext extensionContext)
                throws IOException {
            return Files.createTempDirectory(Path.of("/dev/shm"), "tenure-table-");
        }
    }

    /** What is found. The generation that is asked for is 1, unless it says otherwise. */
    enum Found {
        LEASE_HELD,
        LEASE_HELD_AND_RECORD_DAMAGED,
        LEASE_BROKEN,
        LEASE_OF_ANOTHER_VOLUME,
        RECORD_DAMAGED,
        GENERATION_NOT_REACHED,
        J_COMPLETED,
        J_UPDATED,
        J_DELETED,
        DELETED_BY_A,
        A_COMPLETED,
        A_COMPLETED_AFTER_J_FAILED,
        A_COMPLETED_AFTER_J_WAS_CUT_OFF,
        FENCED_AGAINST_A,
        J_WORKING,
        J_CUT_OFF_AND_SETTLED,
        J_CUT_OFF_AND_A_WORKING,
        J_FAILED,
        J_FAILED_AND_WORKING_AGAIN,
        J_FAILED_AND_A_WORKING,
        NOTHING,
        A_WORKING,
        A_FAILED,
        A_B_AND_C_FAILED,
        LEFT_LONG_AGO,
        TOMBSTONE_AT_THE_GENERATION;

        /** What has happened to the volume since it was made. */
        VolumeRecord history(VolumeRecord record) {
            return switch (this) {
                case LEASE_HELD, J_WORKING -> record.started(active(J));
                case J_COMPLETED -> completed(record, J);
                case J_UPDATED -> record.updated(J, 1, Legality.ILLEGAL, NOW);
                case J_DELETED -> record.started(active(J)).removed(NOW);
                case DELETED_BY_A, TOMBSTONE_AT_THE_GENERATION ->
                        record.started(active(A)).removed(NOW);
                case A_COMPLETED -> completed(record, A);
                case A_COMPLETED_AFTER_J_FAILED -> completed(failed(record, J, CODE), A);
                case A_COMPLETED_AFTER_J_WAS_CUT_OFF -> completed(failed(record, J, CUT_OFF), A);
                case FENCED_AGAINST_A -> record.fenced(A, 1, NOW);
                case J_CUT_OFF_AND_SETTLED -> failed(record, J, CUT_OFF);
                case J_CUT_OFF_AND_A_WORKING -> failed(record, J, CUT_OFF).started(active(A));
                case J_FAILED -> failed(record, J, CODE);
                case J_FAILED_AND_WORKING_AGAIN -> failed(record, J, CODE).started(active(J));
                case J_FAILED_AND_A_WORKING -> failed(record, J, CODE).started(active(A));
                case A_WORKING -> record.started(active(A));
                case A_FAILED -> failed(record, A, CODE);
                case A_B_AND_C_FAILED -> failed(failed(failed(record, A, 1), B, 2), C, 3);
                case LEFT_LONG_AGO ->
                        completed(completed(completed(completed(record, J), A), B), C);
                default -> record;
            };
        }

        long asksFor() {
            return this == GENERATION_NOT_REACHED || this == TOMBSTONE_AT_THE_GENERATION ? 2 : 1;
        }
    }

    @BeforeEach
    void open() throws Exception {
        Path path = Files.createDirectory(folder.resolve("domain"));
        first = TestDomain.create(path);
        second = TestDomain.open(path);
        volume = first.createVolume(4096);
    }

    @AfterEach
    void close() throws Exception {
        first.close();
        second.close();
    }

    /**
     * A star: the generation was closed; then the second answer comes from another host, and says
     * the same, and so does a third after two more jobs.
     */
    @Tag("ovirt-62")
    @Tag("ovirt-63")
    @Tag("ovirt-64")
    @Tag("ovirt-70")
    @Tag("ovirt-75")
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # found                          | no preemption      | undecided jobs      | failed jobs too
                    LEASE_HELD                       | running            | running             | running
                    LEASE_HELD_AND_RECORD_DAMAGED    | invalid            | invalid             | invalid
                    LEASE_BROKEN                     | unknown            | unknown             | unknown
                    LEASE_OF_ANOTHER_VOLUME          | unknown            | unknown             | unknown
                    RECORD_DAMAGED                   | invalid            | invalid             | invalid
                    GENERATION_NOT_REACHED           | invalid            | invalid             | invalid
                    J_COMPLETED                      | completed          | completed           | completed
                    J_UPDATED                        | completed          | completed           | completed
                    J_DELETED                        | completed          | completed           | completed
                    DELETED_BY_A                     | preempted by A     | preempted by A      | preempted by A
                    A_COMPLETED                      | preempted by A     | preempted by A      | preempted by A
                    A_COMPLETED_AFTER_J_FAILED       | preempted by A, 9  | preempted by A, 9   | preempted by A, 9
                    A_COMPLETED_AFTER_J_WAS_CUT_OFF  | preempted by A, 137 | preempted by A, 137 | preempted by A, 137
                    FENCED_AGAINST_A                 | preempted by A     | preempted by A      | preempted by A
                    J_WORKING                        | interrupted, open  | interrupted*        | interrupted*
                    J_CUT_OFF_AND_SETTLED            | interrupted, open  | interrupted*        | interrupted*
                    J_CUT_OFF_AND_A_WORKING          | interrupted, open  | interrupted*        | interrupted*
                    J_FAILED                         | failed 9, open     | failed 9, open      | failed 9*
                    J_FAILED_AND_WORKING_AGAIN       | interrupted, open  | interrupted*        | interrupted*
                    J_FAILED_AND_A_WORKING           | failed 9, open     | failed 9, open      | failed 9*
                    NOTHING                          | not started, open  | not started*        | not started*
                    A_WORKING                        | not started, open  | not started*        | not started*
                    A_FAILED                         | not started, open  | not started*        | not started*
                    A_B_AND_C_FAILED                 | unknown            | superseded*         | superseded*
                    LEFT_LONG_AGO                    | superseded         | superseded          | superseded
                    TOMBSTONE_AT_THE_GENERATION      | not started        | not started         | not started
                    """)
    void tellsWhatIsSo(Found found, String never, String undecided, String failedToo)
            throws Exception {
        Preemption[] preemptions = Preemption.values();
        String[] expected = {never, undecided, failedToo};
        for (int i = 0; i < preemptions.length; i++) {
            if (i > 0) {
                close();
                folder = Files.createDirectory(folder.resolve("next"));
                open();
            }
            ask(found, preemptions[i], expected[i]);
        }
    }

    private void ask(Found found, Preemption preemption, String expected) throws Exception {
        int slotIndex = first.volume(volume).slotIndex();
        put(slotIndex, found::history);
        LeaseArea area = first.domain().leaseArea(slotIndex, volume);
        try (LeaseConnection holder = second.leases().connect("holder")) {
            switch (found) {
                case LEASE_HELD -> holder.acquire(area, LeaseMode.EXCLUSIVE);
                case LEASE_HELD_AND_RECORD_DAMAGED -> {
                    holder.acquire(area, LeaseMode.EXCLUSIVE);
                    overwriteRecord(slotIndex);
                }
                case LEASE_BROKEN -> overwrite(area.offsetBytes(), 4096);
                case LEASE_OF_ANOTHER_VOLUME ->
                        first.leases().format(first.domain().leaseArea(slotIndex, A));
                case RECORD_DAMAGED -> overwriteRecord(slotIndex);
                default -> {}
            }
            boolean closes = expected.endsWith("*");
            String words = closes ? expected.substring(0, expected.length() - 1) : expected;
            byte[] before = first.slotBytes(slotIndex);
            assertThat(words(ask(first, found, preemption))).as("first").isEqualTo(words);
            if (closes) {
                assertThat(first.record(volume).generation()).isEqualTo(2);
                assertThat(first.record(volume).activeJob()).isEmpty();
            } else {
                assertThat(first.slotBytes(slotIndex)).isEqualTo(before);
            }
            byte[] after = first.slotBytes(slotIndex);
            assertThat(words(ask(second, found, preemption))).as("second").isEqualTo(words);
            assertThat(first.slotBytes(slotIndex)).as("bumped once").isEqualTo(after);
            if (closes) {
                put(slotIndex, record -> completed(completed(record, B), C));
                assertThat(words(ask(second, found, preemption))).as("third").isEqualTo(words);
                put(slotIndex, record -> completed(record, A));
                assertThat(words(ask(first, found, preemption))).isEqualTo("superseded");
            }
        }
    }

    private ReconOutcome ask(TestDomain by, Found found, Preemption preemption) throws Exception {
        return new Reconnaissance(by.managers(), HolderRequests.NONE, Clock.SYSTEM)
                .ask(
                        new ReconQuestion(by.domain(), volume, J, found.asksFor()),
                        ReconSettings.DEFAULT.with(preemption));
    }

    private static String words(ReconOutcome outcome) {
        return switch (outcome) {
            case ReconOutcome.Running _ -> "running";
            case ReconOutcome.Completed(var by) -> by.jobId().equals(J) ? "completed" : "?";
            case ReconOutcome.Preempted(var by, var code) ->
                    "preempted by %s%s"
                            .formatted(
                                    by.jobId().equals(A) ? "A" : by.jobId(),
                                    code.isPresent() ? ", " + code.getAsInt() : "");
            case ReconOutcome.Interrupted(_, boolean fenced, _) -> "interrupted" + open(fenced);
            case ReconOutcome.Failed(var by, boolean fenced) ->
                    "failed " + by.failureCode() + open(fenced);
            case ReconOutcome.NotStarted(boolean fenced) -> "not started" + open(fenced);
            case ReconOutcome.Superseded _ -> "superseded";
            case ReconOutcome.Invalid _ -> "invalid";
            case ReconOutcome.Unknown _ -> "unknown";
        };
    }

    private static String open(boolean fenced) {
        return fenced ? "" : ", open";
    }

    private void put(int slotIndex, UnaryOperator<VolumeRecord> history) throws IOException {
        VolumeRecord stored = first.domain().store().read(slotIndex).record().orElseThrow();
        TestDomain.put(first.domain(), history.apply(stored));
    }

    private static ActiveJob active(UUID job) {
        return new ActiveJob(job, 1, 0, NOW);
    }

    private static VolumeRecord completed(VolumeRecord record, UUID job) {
        return record.started(active(job)).completed(NOW);
    }

    private static VolumeRecord failed(VolumeRecord record, UUID job, int code) {
        return record.started(active(job)).failed(code, NOW);
    }

    private void overwriteRecord(int slotIndex) throws IOException {
        overwrite(first.domain().superblock().layout().metadataOffset(slotIndex), 8192);
    }

    private void overwrite(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0x5A);
        try (RandomAccessFile file =
                new RandomAccessFile(first.domain().controlPath().toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }
}
