package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.sanlock.SanlockLab;
import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The command on two hosts of the lab, in the order of a domain's life: joining takes seconds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SanlockVerbsTest {
    private static final long LOCKSPACE_OFFSET = 1 << 20;

    @TempDir private static Path folder;
    private SanlockLab lab;
    private Path domain;
    private String volume = "";

    SanlockVerbsTest() throws IOException {
        lab = SanlockLab.start(2);
        domain = Files.createDirectory(lab.runDirectory(0).resolveSibling("domain"));
    }

    @BeforeAll
    void makeDomain() throws Exception {
        json(
                0,
                "domain",
                "create",
                domain,
                "--leases",
                "sanlock",
                "--max-volumes",
                4,
                "--io-timeout",
                1);
    }

    @AfterAll
    void endHosts() {
        lab.close();
    }

    private CommandRun run(int host, Object... words) throws Exception {
        return CommandProcess.run(folder, lab.environment(host), words);
    }

    private Map<String, Object> json(int host, Object... words) throws Exception {
        List<Object> all = new ArrayList<>(List.of("--json"));
        all.addAll(List.of(words));
        CommandRun run = run(host, all.toArray());
        assertThat(run).as(run.toString()).extracting(CommandRun::exitCode).isEqualTo(0);
        return run.json();
    }

    @Test
    @Order(1)
    void withoutAMembershipTheEnvironmentLacksSomething() throws Exception {
        CommandRun run =
                run(0, "volume", "create", domain, "--size", "4M").failsWith(ExitCode.ENVIRONMENT);
        assertThat(run.err()).contains("tenure host join");
        CommandRun list = run(0, "host", "list", domain);
        assertThat(list.exitCode()).isZero();
        assertThat(list.out()).isEqualTo("no host was ever in the domain\n");
        assertThat(list.err()).contains("from storage alone", "join it first");
    }

    @Test
    @Order(2)
    void withoutADaemonTheEnvironmentLacksSomething() throws Exception {
        Path nobody = Files.createDirectory(folder.resolve("nobody"));
        CommandRun run =
                CommandProcess.run(
                        folder,
                        Map.of("SANLOCK_RUN_DIR", nobody.toString()),
                        "host",
                        "join",
                        domain,
                        "--host-id",
                        1);
        run.failsWith(ExitCode.ENVIRONMENT);
        assertThat(run.err()).contains("sanlock");
    }

    @Test
    @Order(3)
    void hostsJoinAndSeeEachOther() throws Exception {
        Object[][] joins = {
            {"--json", "host", "join", domain, "--host-id", 1},
            {"--json", "host", "join", domain, "--host-id", 2}
        };
        try (CommandProcess first = CommandProcess.start(folder, lab.environment(0), joins[0]);
                CommandProcess second =
                        CommandProcess.start(folder, lab.environment(1), joins[1])) {
            assertThat(first.await().json())
                    .containsEntry("host_id", 1)
                    .containsEntry("host_generation", 1);
            assertThat(second.await().json()).containsEntry("host_id", 2);
        }
        lab.awaitAllLive(CommandRun.text(CommandRun.json("domain", "info", domain), "domain_id"));
        Map<String, Object> list = json(0, "host", "list", domain);
        assertThat(list).containsEntry("own_host_id", 1);
        assertThat(list.get("hosts"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .hasSize(2)
                .allSatisfy(host -> {
                    assertThat(host.get("state")).isEqualTo("live");
                    assertThat(host.get("seconds_since_seen"))
                            .asInstanceOf(InstanceOfAssertFactories.INTEGER)
                            .isBetween(0, 8);
                    assertThat(host.get("host_name")).isNotNull();
                });
        assertThat(run(1, "host", "list", domain).out())
                .startsWith("HOST")
                .contains("LIVE (this host)")
                .contains("s ago")
                .hasLineCount(3);
        run(0, "host", "join", domain, "--host-id", 3).failsWith(ExitCode.FAILED);
        run(0, "host", "join", domain, "--host-id", 100_000).failsWith(ExitCode.USAGE);
    }

    @Test
    @Tag("ovirt-14")
    @Order(4)
    void theOtherHostIsRefusedWithTheHoldersName() throws Exception {
        volume = CommandRun.text(json(0, "volume", "create", domain, "--size", "96M"), "volume_id");
        Path source = Bytes.randomFile(folder.resolve("source"), 96 << 20);
        Object[] copy = {
            "--verbose",
            "volume",
            "copy",
            domain,
            source,
            volume,
            "--expect-generation",
            1,
            "--request-size",
            "4K",
            "--queue-depth",
            1
        };
        try (CommandProcess working = CommandProcess.start(folder, lab.environment(0), copy)) {
            while (!working.errors().contains("generation 1, illegal")) {
                assertThat(working.isAlive()).as(working.errors()).isTrue();
                Thread.sleep(10);
            }
            CommandRun refused =
                    run(1, "volume", "delete", domain, volume, "--expect-generation", 1)
                            .failsWith(ExitCode.LEASE_UNAVAILABLE);
            assertThat(refused.err()).contains("host 1 (host generation 1, LIVE)");
            assertThat(json(1, "volume", "info", domain, volume).get("lease"))
                    .asString()
                    .contains("state=held", "host_id=1");
            run(0, "host", "leave", domain).failsWith(ExitCode.FAILED);
            working.signal("TERM");
            assertThat(working.await().exitCode()).isEqualTo(130);
        }
        // Released, not timed out: the other host may work at once.
        assertThat(json(1, "volume", "copy", domain, source, volume, "--expect-generation", 1))
                .containsEntry("generation_after", 2);
        assertThat(json(1, "volume", "info", domain, volume).get("transitions"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .first()
                .satisfies(newest -> assertThat(newest.get("host_id")).isEqualTo(2));
    }

    @Test
    @Tag("ovirt-20")
    @Order(5)
    void whenItsDaemonDiesTheWorkerStopsWithLeaseLost() throws Exception {
        Path source = folder.resolve("source");
        Object[] copy = {
            "--verbose",
            "volume",
            "copy",
            domain,
            source,
            volume,
            "--expect-generation",
            2,
            "--request-size",
            "4K",
            "--queue-depth",
            1
        };
        try (CommandProcess working = CommandProcess.start(folder, lab.environment(1), copy)) {
            while (!working.errors().contains("generation 2, illegal")) {
                assertThat(working.isAlive()).as(working.errors()).isTrue();
                Thread.sleep(10);
            }
            lab.kill(1);
            CommandRun run = working.await();
            assertThat(run.exitCode()).as(run.toString()).isEqualTo(5);
        }
        assertThat(CommandRun.json("volume", "list", domain).get("volumes"))
                .asString()
                .contains("illegal");
    }

    @Test
    @Order(6)
    void aHostLeaves() throws Exception {
        assertThat(json(0, "host", "leave", domain)).containsKey("domain_id");
        run(0, "host", "leave", domain).failsWith(ExitCode.FAILED);
    }

    /** Last: the host id's sector is gone afterwards. */
    @Test
    @Order(7)
    void whenSanlockEndsTheWorkerTheLeaseIsLostAndNoFailureIsRecorded() throws Exception {
        Path source = Bytes.randomFile(folder.resolve("big"), 512 << 20);
        int sector =
                Integer.parseInt(
                        String.valueOf(
                                CommandRun.json("domain", "info", domain).get("sector_size")));
        json(0, "host", "join", domain, "--host-id", 3);
        String other =
                CommandRun.text(json(0, "volume", "create", domain, "--size", "512M"), "volume_id");
        Object[] copy = {
            "--verbose",
            "volume",
            "copy",
            domain,
            source,
            other,
            "--expect-generation",
            1,
            "--request-size",
            "4K",
            "--queue-depth",
            1
        };
        try (CommandProcess working = CommandProcess.start(folder, lab.environment(0), copy)) {
            while (!working.errors().contains("generation 1, illegal")) {
                assertThat(working.isAlive()).as(working.errors()).isTrue();
                Thread.sleep(10);
            }
            Bytes.overwrite(
                    domain.resolve("tenure.domain"),
                    LOCKSPACE_OFFSET + 2L * sector,
                    new byte[sector]);
            CommandRun run = working.await();
            assertThat(run.exitCode()).as(run.toString()).isEqualTo(5);
        }
        Map<String, Object> info = CommandRun.json("volume", "info", domain, other);
        assertThat(info).containsEntry("legality", "illegal");
        assertThat(info.get("active_job")).isNotNull();
    }
}
