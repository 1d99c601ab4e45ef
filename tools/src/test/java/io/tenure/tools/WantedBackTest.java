package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.format.DomainLayout;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.sanlock.RequestMode;
import io.tenure.sanlock.Resource;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** sanlock wants a lease back that the command holds: it ends by itself, in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WantedBackTest {
    private static final int BYTES = 64 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir private static Path folder;
    private final SanlockLab lab;
    private final Path domain;

    WantedBackTest() throws IOException {
        lab = SanlockLab.start(3);
        domain = Files.createDirectory(lab.runDirectory(0).resolveSibling("domain"));
    }

    @BeforeAll
    void joinAll() throws Exception {
        CommandRun made =
                CommandProcess.run(
                        folder,
                        lab.environment(0),
                        "domain",
                        "create",
                        domain,
                        "--leases",
                        "sanlock",
                        "--max-volumes",
                        4,
                        "--io-timeout",
                        1);
        assertThat(made.exitCode()).as(made.toString()).isZero();
        try (CommandProcess first = join(0);
                CommandProcess second = join(1);
                CommandProcess third = join(2)) {
            assertThat(first.await().exitCode()).isZero();
            assertThat(third.await().exitCode()).isZero();
            assertThat(second.await().exitCode()).isZero();
        }
        lab.awaitAllLive(CommandRun.text(CommandRun.json("domain", "info", domain), "domain_id"));
    }

    private CommandProcess join(int host) throws IOException {
        return CommandProcess.start(
                folder, lab.environment(host), "host", "join", domain, "--host-id", host + 1);
    }

    @AfterAll
    void endHosts() {
        lab.close();
    }

    @Test
    void aCommandOfWhichAnotherHostAsksForTheLeaseSaysSoAndEndsAsInterrupted() throws Exception {
        UUID volume = volume();
        try (CommandProcess copy = startCopy(1, volume)) {
            lab.sanlock(0).request(resource(volume), RequestMode.GRACEFUL);
            CommandRun run = copy.await();
            assertThat(run.exitCode()).as(run.toString()).isEqualTo(130);
            assertThat(run.err()).contains("another host asks for").hasLineCount(1);
        }
        VolumeRecord record = record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.activeJob()).isEmpty();
        CommandRun next =
                CommandProcess.run(
                        folder,
                        lab.environment(0),
                        "volume",
                        "delete",
                        domain,
                        volume,
                        "--expect-generation",
                        1);
        assertThat(next.exitCode()).as(next.toString()).isZero();
    }

    @Test
    void aCommandWhoseHostIdIsOverwrittenSaysSoAndEndsWithItsLeaseLost() throws Exception {
        UUID volume = volume();
        try (CommandProcess copy = startCopy(2, volume)) {
            overwriteHostId(3);
            CommandRun run = copy.await();
            assertThat(run.exitCode()).as(run.toString()).isEqualTo(5);
            assertThat(run.err()).containsAnyOf("was overwritten on storage", "is lost: ");
        }
        assertThat(record(volume).activeJob()).isPresent();
    }

    /** A copy that takes much longer than all of this. */
    private CommandProcess startCopy(int host, UUID volume) throws Exception {
        Path source = Bytes.randomFile(folder.resolve("source-" + host), BYTES);
        CommandProcess copy =
                CommandProcess.start(
                        folder,
                        lab.environment(host),
                        "volume",
                        "copy",
                        domain,
                        source,
                        volume,
                        "--expect-generation",
                        1,
                        "--rate-limit",
                        "1M");
        long startNanos = System.nanoTime();
        while (record(volume).activeJob().isEmpty()) {
            assertThat(copy.isAlive()).as(copy.errors()).isTrue();
            assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT.toNanos());
            Thread.sleep(10);
        }
        return copy;
    }

    private UUID volume() throws Exception {
        CommandRun run =
                CommandProcess.run(
                        folder,
                        lab.environment(1),
                        "--json",
                        "volume",
                        "create",
                        domain,
                        "--size",
                        BYTES);
        assertThat(run.exitCode()).as(run.toString()).isZero();
        return UUID.fromString(CommandRun.text(run.json(), "volume_id"));
    }

    private VolumeRecord record(UUID volume) throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY)) {
            return open.find(volume).record();
        }
    }

    private Resource resource(UUID volume) throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY)) {
            LeaseArea area = open.leaseArea(open.find(volume).slotIndex(), volume);
            return new Resource(
                    area.domainId().toString(),
                    area.resourceId().toString(),
                    area.path().toString(),
                    area.offsetBytes(),
                    area.sectorBytes(),
                    area.alignBytes());
        }
    }

    private void overwriteHostId(int hostId) throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY);
                RandomAccessFile file = new RandomAccessFile(open.controlPath().toFile(), "rw")) {
            DomainLayout layout = open.superblock().layout();
            file.seek(layout.lockspaceOffset() + (hostId - 1L) * layout.sectorBytes());
            file.write(new byte[layout.sectorBytes()]);
        }
    }
}
