package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.StorageDomain;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.io.Access;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A command at work on one host, and a reconnaissance from another that wants its lease, or finds
 * that host dead: real processes under real daemons, whose time passes five times faster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReconBetweenHostsTest {
    private static final int BYTES = 64 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int KILLED = 137;
    private static final int ABORTED = 130;

    @TempDir private static Path folder;
    private final SanlockLab lab;
    private final Path domain;

    ReconBetweenHostsTest() throws IOException {
        lab = SanlockLab.startWithClock(2, 5);
        domain = Files.createDirectory(lab.runDirectory(0).resolveSibling("domain"));
    }

    @BeforeAll
    void joinBoth() throws Exception {
        String[] create = {"--leases", "sanlock", "--max-volumes", "4", "--io-timeout", "1"};
        assertExit(0, run(0, "domain", "create", domain, create));
        for (int host = 0; host < 2; host++) {
            assertExit(0, run(host, "host", "join", domain, "--host-id", host + 1));
        }
        lab.awaitAllLive(CommandRun.text(CommandRun.json("domain", "info", domain), "domain_id"));
    }

    @AfterAll
    void endHosts() {
        lab.close();
    }

    @Test
    void aGracefulRequestLetsTheHolderEndInItsOwnWay() throws Exception {
        UUID volume = volume();
        UUID job = UUID.randomUUID();
        try (CommandProcess copy = startCopy(volume, job)) {
            CommandRun found = recon(volume, job, "--request", "graceful", "--wait", 60);
            assertExit(13, found);
            assertThat(found.out())
                    .startsWith("failed: job " + job + " gave up with code " + ABORTED)
                    .hasLineCount(1);
            assertThat(found.err()).contains("asked host 2 to let go").hasLineCount(1);
            CommandRun ended = copy.await();
            assertExit(ABORTED, ended);
            assertThat(ended.err()).contains("another host asks for").hasLineCount(1);
        }
        VolumeRecord record = record(volume);
        assertThat(record.activeJob()).isEmpty();
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.FAILED);
        // The lease is free: whoever comes next need not wait.
        assertExit(0, run(0, "volume", "delete", domain, volume, "--expect-generation", 1));
    }

    @Test
    void aHolderThatDoesNotAnswerIsLeftAloneUnlessForceIsAskedForAndThenKilled() throws Exception {
        UUID volume = volume();
        UUID job = UUID.randomUUID();
        try (CommandProcess copy = startCopy(volume, job)) {
            copy.signal("STOP");
            VolumeRecord before = record(volume);
            long startNanos = System.nanoTime();
            CommandRun patient = recon(volume, job, "--wait", 5);
            assertExit(10, patient);
            assertThat(patient.out()).startsWith("running: the lease is held by host 2");
            assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT.toNanos());
            assertThat(copy.isAlive()).isTrue();

            CommandRun look =
                    recon(volume, job, "--request", "force", "--wait", 40, "--no-preempt");
            assertExit(12, look);
            assertThat(look.out())
                    .startsWith("interrupted: job " + job + " was cut off on host 2")
                    .doesNotContain("closed");
            assertThat(look.err()).contains("by its own way of ending").contains("by force");
            assertExit(KILLED, copy.await());
            assertThat(record(volume)).isEqualTo(before);
        }
        for (int host = 0; host < 2; host++) {
            CommandRun found = reconBy(host, volume, job);
            assertExit(12, found);
            assertThat(found.out()).contains("the generation is closed").hasLineCount(1);
            assertThat(record(volume).generation()).isEqualTo(2);
        }
        assertExit(0, run(0, "volume", "delete", domain, volume, "--expect-generation", 2));
    }

    @Test
    void aVolumeOfADeadHostIsInQuarantineUntilAPersonSaysItIsGoneOrItIsBack() throws Exception {
        UUID first = volume();
        UUID second = volume();
        UUID job = UUID.randomUUID();
        try (CommandProcess one = startCopy(first, job);
                CommandProcess two = startCopy(second, job)) {
            lab.kill(1); // with the lease on storage
            assertExit(5, one.await());
            assertExit(5, two.await());
        }
        for (UUID volume : List.of(first, second)) {
            CommandRun found = recon(volume, job, "--wait", 150);
            assertExit(12, found);
            assertThat(found.out()).contains("closed; the volume is in quarantine").hasLineCount(1);
            CommandRun refused = zero(volume, 2);
            assertExit(1, refused);
            assertThat(refused.err())
                    .contains("is in quarantine: host 2 (host generation 1) lost its lease")
                    .hasLineCount(1);
        }
        assertThat(explain(first))
                .contains("host 2 (host generation 1) may have writes under way")
                .contains("next: let that host join again")
                .contains("release-quarantine");

        CommandRun released =
                run(
                        0,
                        "volume",
                        "release-quarantine",
                        domain,
                        first,
                        "--expect-generation",
                        2,
                        "--reason",
                        "Zoë has cut its power");
        assertExit(0, released);
        assertThat(explain(first))
                .contains("its quarantine was ended by a person: Zoë has cut its power")
                .doesNotContain("writes under way");
        assertExit(12, recon(first, job)); // as before
        assertExit(0, zero(first, 3));
        assertThat(explain(first)).contains("data is legal", "Zoë has cut its power");

        lab.restart(1);
        assertExit(0, run(1, "host", "join", domain, "--host-id", 2));
        assertThat(explain(second))
                .contains("has no write under way any more: its host id is of generation 2 by now");
        assertExit(0, zero(second, 2));
        assertThat(record(second).quarantine()).isEmpty();
        for (UUID volume : List.of(first, second)) {
            long generation = record(volume).generation();
            assertExit(
                    0,
                    run(0, "volume", "delete", domain, volume, "--expect-generation", generation));
        }
    }

    private CommandRun zero(UUID volume, long generation) throws Exception {
        return run(0, "volume", "zero", domain, volume, "--expect-generation", generation);
    }

    private String explain(UUID volume) throws Exception {
        CommandRun told = run(0, "volume", "explain", domain, volume);
        assertExit(0, told);
        return told.out();
    }

    private CommandRun recon(UUID volume, UUID job, Object... more) throws Exception {
        return reconBy(0, volume, job, more);
    }

    private CommandRun reconBy(int host, UUID volume, UUID job, Object... more) throws Exception {
        return run(
                host,
                "volume",
                "recon",
                domain,
                volume,
                "--job-id",
                job,
                "--expect-generation",
                1,
                more);
    }

    /** A copy that takes much longer than all of this, and has begun. */
    private CommandProcess startCopy(UUID volume, UUID job) throws Exception {
        Path source = Bytes.randomFile(folder.resolve("source-" + volume), BYTES);
        CommandProcess copy =
                CommandProcess.start(
                        folder,
                        lab.environment(1),
                        "volume",
                        "copy",
                        domain,
                        source,
                        volume,
                        "--expect-generation",
                        1,
                        "--job-id",
                        job,
                        "--rate-limit",
                        "128K");
        long startNanos = System.nanoTime();
        while (!isMarked(volume)) {
            assertThat(copy.isAlive()).as(copy.errors()).isTrue();
            assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT.toNanos());
            Thread.sleep(10);
        }
        return copy;
    }

    private UUID volume() throws Exception {
        UUID volume = UUID.randomUUID();
        assertExit(0, run(1, "volume", "create", domain, "--size", BYTES, "--uuid", volume));
        return volume;
    }

    private VolumeRecord record(UUID volume) throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY)) {
            return open.find(volume).record();
        }
    }

    /** In both copies of the record: who stops a job between them has only half of it. */
    private boolean isMarked(UUID volume) throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY)) {
            VolumeSlot slot = open.store().read(open.find(volume).slotIndex());
            return slot.isWhole() && slot.record().flatMap(VolumeRecord::activeJob).isPresent();
        }
    }

    private CommandRun run(int host, Object... words) throws Exception {
        List<Object> flat = new ArrayList<>();
        for (Object word : words) {
            flat.addAll(word instanceof Object[] several ? List.of(several) : List.of(word));
        }
        return CommandProcess.run(folder, lab.environment(host), flat.toArray());
    }

    private static void assertExit(int code, CommandRun run) {
        assertThat(run.exitCode()).as(run.toString()).isEqualTo(code);
    }
}
