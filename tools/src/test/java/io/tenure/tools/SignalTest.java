package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseState;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals, a kill and a held lease, seen by the command as a process of its own. */
class SignalTest {
    private static final int CAPACITY_BYTES = 192 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private Path domain;
    private Path source;
    private UUID volumeId = new UUID(0, 1);
    private final UUID jobId = UUID.randomUUID();

    @BeforeEach
    void makeDomain() throws IOException {
        domain = Files.createDirectory(folder.resolve("domain"));
        source = Bytes.randomFile(folder.resolve("source"), CAPACITY_BYTES);
        CommandRun.json("domain", "create", domain, "--max-volumes", 2);
        volumeId =
                UUID.fromString(
                        (String)
                                CommandRun.json(
                                                "volume",
                                                "create",
                                                domain,
                                                "--size",
                                                CAPACITY_BYTES)
                                        .get("volume_id"));
    }

    /** Small requests, one at a time: a copy of many seconds on any device. */
    private CommandProcess startSlowCopy() throws IOException, InterruptedException {
        CommandProcess copy =
                CommandProcess.start(
                        folder,
                        Map.of(),
                        "--json",
                        "volume",
                        "copy",
                        domain,
                        source,
                        volumeId,
                        "--expect-generation",
                        1,
                        "--request-size",
                        "4K",
                        "--queue-depth",
                        1,
                        "--job-id",
                        jobId);
        long startNanos = System.nanoTime();
        while (!isWorking()) {
            assertThat(copy.isAlive()).as("the copy runs").isTrue();
            assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT.toNanos());
            Thread.sleep(10);
        }
        return copy;
    }

    /** The record names the job, and data has arrived. */
    private boolean isWorking() throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY)) {
            Path data = open.find(volumeId).dataPath();
            return open.find(volumeId).record().activeJob().isPresent()
                    && !isZero(Bytes.read(data, 1 << 20, 4096));
        }
    }

    private static boolean isZero(byte[] bytes) {
        for (byte one : bytes) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    private VolumeRecord record() throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY)) {
            return open.find(volumeId).record();
        }
    }

    private LeaseState lease() throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY)) {
            return new LocalLeaseManager().inspect(area(open));
        }
    }

    private LeaseArea area(StorageDomain open) throws IOException {
        return open.leaseArea(open.find(volumeId).slotIndex(), volumeId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalAbortsTheCopyRecordsThatAndLetsTheLeaseGo(String signal) throws Exception {
        try (CommandProcess copy = startSlowCopy()) {
            copy.signal(signal);
            CommandRun run = copy.await();
            assertThat(run.exitCode()).as(run.toString()).isEqualTo(130);
            assertThat(run.json())
                    .containsEntry("error", "interrupted")
                    .containsEntry("exit_code", 130)
                    .containsEntry("outcome", "aborted")
                    .containsEntry("job_id", jobId.toString())
                    .containsEntry("generation_after", 1);
        }
        VolumeRecord record = record();
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.activeJob()).isEmpty();
        assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.FAILED);
        assertThat(record.transitions().getFirst().failureCode()).isEqualTo(130);
        assertThat(record.transitions().getFirst().jobId()).isEqualTo(jobId);
        assertThat(lease()).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    void moreSignalsDoNotCutTheDrainShort() throws Exception {
        try (CommandProcess copy = startSlowCopy()) {
            for (int i = 0; i < 3 && copy.isAlive(); i++) {
                copy.signal("INT");
            }
            CommandRun run = copy.await();
            assertThat(run.exitCode()).as(run.toString()).isEqualTo(130);
            assertThat(run.json()).containsEntry("outcome", "aborted");
        }
        assertThat(record().transitions().getFirst().kind()).isEqualTo(TransitionKind.FAILED);
    }

    @Test
    void afterAKillTheRecordNamesTheJobAndTheSameGenerationRunsAgain() throws Exception {
        try (CommandProcess copy = startSlowCopy()) {
            copy.signal("KILL");
            assertThat(copy.await().exitCode()).isEqualTo(137);
        }
        assertThat(record().legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record().activeJob().orElseThrow().jobId()).isEqualTo(jobId);
        assertThat(lease()).isInstanceOf(LeaseState.Free.class);
        assertThat(
                        CommandRun.json(
                                "volume",
                                "copy",
                                domain,
                                source,
                                volumeId,
                                "--expect-generation",
                                1))
                .containsEntry("generation_after", 2);
        assertThat(record().legality()).isEqualTo(Legality.LEGAL);
        assertThat(record().transitions())
                .anySatisfy(transition -> {
                    assertThat(transition.kind()).isEqualTo(TransitionKind.FAILED);
                    assertThat(transition.jobId()).isEqualTo(jobId);
                });
    }

    /** At the lowest rate: many seconds for the volume. */
    private CommandProcess startSlowZeroing() throws IOException, InterruptedException {
        Path data = dataPath();
        Bytes.overwrite(data, 0, Bytes.read(source, 0, 1 << 20));
        CommandProcess zero =
                CommandProcess.start(
                        folder,
                        Map.of(),
                        "--json",
                        "volume",
                        "zero",
                        domain,
                        volumeId,
                        "--expect-generation",
                        1,
                        "--rate-limit",
                        "128K/s",
                        "--job-id",
                        jobId);
        long startNanos = System.nanoTime();
        while (!isZero(Bytes.read(data, 0, 512))) {
            assertThat(zero.isAlive()).as("the zeroing runs").isTrue();
            assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT.toNanos());
            Thread.sleep(10);
        }
        return zero;
    }

    private Path dataPath() throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY)) {
            return open.find(volumeId).dataPath();
        }
    }

    @Test
    void aSignalAbortsAZeroingThatKeepsItsRate() throws Exception {
        try (CommandProcess zero = startSlowZeroing()) {
            zero.signal("TERM");
            CommandRun run = zero.await();
            assertThat(run.exitCode()).as(run.toString()).isEqualTo(130);
            assertThat(run.json()).containsEntry("outcome", "aborted");
        }
        assertThat(record().legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record().transitions().getFirst().failureCode()).isEqualTo(130);
        assertThat(lease()).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    void afterAKillAmidZeroingTheRecordNamesTheJobAndTheSameGenerationRunsAgain() throws Exception {
        try (CommandProcess zero = startSlowZeroing()) {
            zero.signal("KILL");
            assertThat(zero.await().exitCode()).isEqualTo(137);
        }
        assertThat(record().legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record().activeJob().orElseThrow().jobId()).isEqualTo(jobId);
        assertThat(isZero(Bytes.read(dataPath(), 1 << 19, 1 << 19))).isFalse();
        assertThat(CommandRun.json("volume", "zero", domain, volumeId, "--expect-generation", 1))
                .containsEntry("generation_after", 2);
        assertThat(record().legality()).isEqualTo(Legality.LEGAL);
        assertThat(isZero(Bytes.read(dataPath(), 0, 1 << 20))).isTrue();
        assertThat(record().transitions())
                .anySatisfy(transition -> {
                    assertThat(transition.kind()).isEqualTo(TransitionKind.FAILED);
                    assertThat(transition.jobId()).isEqualTo(jobId);
                });
    }

    @Test
    void aHeldLeaseIsExitCode3AndNamesTheProcess() throws Exception {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_WRITE);
                LeaseConnection holder = new LocalLeaseManager().connect("a test")) {
            holder.acquire(area(open), LeaseMode.EXCLUSIVE).sign();
            CommandRun run =
                    CommandProcess.run(
                            folder,
                            Map.of(),
                            "volume",
                            "delete",
                            domain,
                            volumeId,
                            "--expect-generation",
                            1);
            run.failsWith(ExitCode.LEASE_UNAVAILABLE);
            assertThat(run.err())
                    .contains("process " + ProcessHandle.current().pid())
                    .contains("a test");
            assertThat(CommandRun.json("volume", "info", domain, volumeId).get("lease"))
                    .asString()
                    .contains("state=held");
        }
    }

    @Test
    void aSignalEndsTheWaitForALease() throws Exception {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_WRITE);
                LeaseConnection holder = new LocalLeaseManager().connect("a test")) {
            holder.acquire(area(open), LeaseMode.EXCLUSIVE);
            try (CommandProcess waiting =
                    CommandProcess.start(
                            folder,
                            Map.of(),
                            "--verbose",
                            "volume",
                            "delete",
                            domain,
                            volumeId,
                            "--expect-generation",
                            1,
                            "--lease-wait",
                            600)) {
                long startNanos = System.nanoTime();
                while (!waiting.errors().contains("acquire begins")) {
                    assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT.toNanos());
                    Thread.sleep(10);
                }
                waiting.signal("TERM");
                assertThat(waiting.await().exitCode()).isEqualTo(130);
            }
        }
        assertThat(record().generation()).isEqualTo(1);
    }
}
