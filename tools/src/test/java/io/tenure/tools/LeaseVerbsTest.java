package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.tenure.testing.sanlock.SanlockLab;
import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The noun lease, and watching hosts, on two hosts of the lab. The last test needs one to leave.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaseVerbsTest {
    private static final long LIMIT_NANOS = 20_000_000_000L;
    private static final long MIB = 1 << 20;

    @TempDir private static Path folder;
    private final UUID volume = UUID.randomUUID();
    private SanlockLab lab;
    private Path domain;
    private String domainId = "";

    LeaseVerbsTest() throws IOException {
        lab = SanlockLab.start(2);
        domain = Files.createDirectory(lab.runDirectory(0).resolveSibling("domain"));
    }

    @BeforeAll
    void joinBothHosts() throws Exception {
        run(
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
        try (CommandProcess first = join(0);
                CommandProcess second = join(1)) {
            domainId = CommandRun.text(first.await().json(), "domain_id");
            assertThat(second.await().exitCode()).isZero();
        }
        lab.awaitAllLive(domainId);
        json(0, "volume", "create", domain, "--size", "4M", "--uuid", volume);
    }

    @AfterAll
    void endHosts() {
        lab.close();
    }

    @Test
    @Order(1)
    void aHeldLeaseIsListedAndShownWithAndWithoutADaemon() throws Exception {
        Process holder = holder(1, "");
        try {
            awaitState("held");
            CommandRun list = run(0, "lease", "list", domain);
            assertThat(list.out())
                    .startsWith("SLOT")
                    .contains("(the domain)")
                    .containsPattern(volume + " +held +1 +2 +0:[0-9]+ +[0-9] s\n")
                    .hasLineCount(3);
            assertThat(list.out().lines()).allMatch(line -> line.length() <= 80);
            assertThat(run(0, "lease", "show", domain, volume).out())
                    .containsPattern("holder: +host 2 \\(.+, host generation 1, LIVE\\)")
                    .contains("renewed its host id");
            Map<String, Object> shown = json(0, "lease", "show", domain, volume);
            assertThat(shown).containsEntry("state", "held").containsEntry("lver", 1);
            assertThat(shown.get("holders"))
                    .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.get("host_id")).isEqualTo(2);
                        assertThat(one.get("host_state")).isEqualTo("live");
                        assertThat(one.get("seconds_since_seen")).isNotNull();
                    });

            Map<String, String> nobody = Map.of("SANLOCK_RUN_DIR", folder.toString());
            CommandRun alone = CommandProcess.run(folder, nobody, "lease", "show", domain, volume);
            assertThat(alone.exitCode()).as(alone.toString()).isZero();
            assertThat(alone.out())
                    .containsPattern("holder: +host 2 \\(.+, state not known\\)")
                    .contains("at least, up to its last renewal");
            assertThat(alone.err()).contains("from storage alone").hasLineCount(1);
            CommandRun hosts = CommandProcess.run(folder, nobody, "host", "list", domain);
            assertThat(hosts.out()).containsPattern("\n +2 +1 +in use +not known +\\S+");
        } finally {
            end(holder);
        }
    }

    @Test
    @Order(2)
    void aRequestReachesTheHolderAndOnlyTheOneThatIsMeant() throws Exception {
        Process holder = holder(1, "");
        try {
            awaitState("held");
            Object[] request = {"lease", "request", domain, volume};
            run(0, request).failsWith(ExitCode.USAGE);
            run(0, with(request, "--graceful", "--force")).failsWith(ExitCode.USAGE);
            CommandRun other =
                    run(0, with(request, "--force", "--expect-host", 1)).failsWith(ExitCode.FAILED);
            assertThat(other.err()).contains("held by host 2, not by host 1: nothing was asked");
            assertThat(run(1, with(request, "--force")).failsWith(ExitCode.FAILED).err())
                    .contains("by a process of this host");
            assertThat(json(0, "lease", "show", domain, volume).get("request")).isNull();
            CommandRun repair =
                    run(0, "lease", "repair", domain, volume).failsWith(ExitCode.LEASE_UNAVAILABLE);
            assertThat(repair.err()).contains("held by host 2");

            CommandRun asked = run(0, with(request, "--force", "--expect-host", 2));
            assertThat(asked.exitCode()).as(asked.toString()).isZero();
            assertThat(asked.out()).contains("asked host 2", "kills the holder within 10 s");
            assertThat(holder.onExit().get().exitValue()).isNotZero();
            awaitState("free");
            assertThat(run(0, with(request, "--force")).failsWith(ExitCode.FAILED).err())
                    .contains("nobody holds");
        } finally {
            end(holder);
        }
    }

    @Test
    @Order(2)
    void reconAsksAHolderToLetGoAndThenKnows() throws Exception {
        String job = "10b00000-0000-4000-8000-000000000001";
        Object[] recon = {
            "volume", "recon", domain, volume, "--job-id", job, "--expect-generation", 1
        };
        Process holder = holder(1, "");
        try {
            awaitState("held");
            CommandRun running = run(0, recon);
            assertThat(running.exitCode()).as(running.toString()).isEqualTo(10);
            assertThat(running.out()).startsWith("running: the lease is held by host 2");
            CommandRun found = run(0, with(recon, "--request", "graceful", "--wait", 60));
            assertThat(found.exitCode()).as(found.toString()).isEqualTo(14);
            assertThat(found.out()).startsWith("not started: job " + job);
            assertThat(found.err()).contains("asked host 2 to let go");
            assertThat(holder.onExit().get().exitValue()).isNotZero();
        } finally {
            end(holder);
        }
        CommandRun again = run(1, recon);
        assertThat(again.exitCode()).as(again.toString()).isEqualTo(14);
    }

    @Test
    @Order(3)
    void sharedHoldersAreAllShownAndNotAskedAnything() throws Exception {
        Process first = holder(0, ":SH");
        Process second = first;
        try {
            awaitState("shared"); // of two that come at once one may be refused
            second = holder(1, ":SH");
            long deadline = System.nanoTime() + LIMIT_NANOS;
            while (!run(0, "lease", "list", domain).out().contains("1,2")) {
                assertThat(System.nanoTime()).as("both share it").isLessThan(deadline);
            }
            assertThat(
                            run(0, "lease", "request", domain, volume, "--graceful")
                                    .failsWith(ExitCode.FAILED)
                                    .err())
                    .contains("held shared by host 1, 2");
        } finally {
            end(first);
            end(second);
        }
    }

    @Test
    @Order(4)
    void watchingTellsChangesInLinesUntilInterrupted() throws Exception {
        try (CommandProcess watch =
                CommandProcess.start(
                        folder,
                        Map.of("SANLOCK_RUN_DIR", folder.toString()),
                        "--json",
                        "host",
                        "watch",
                        domain)) {
            long deadline = System.nanoTime() + LIMIT_NANOS;
            while (watch.output().lines().filter(line -> line.contains("\"live\"")).count() < 2) {
                assertThat(watch.isAlive()).as(watch.errors()).isTrue();
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
            watch.signal("INT");
            CommandRun run = watch.await();
            assertThat(run.exitCode()).isEqualTo(130);
            assertThat(run.err()).isEmpty();
            for (String line : run.out().lines().toList()) {
                assertThat(JSON.std.mapFrom(line)).containsKeys("time", "host_id", "state");
            }
        }
    }

    @Test
    @Order(5)
    void aBrokenLeaseIsRepairedOnceNobodyCanHoldIt() throws Exception {
        Path control = domain.resolve("tenure.domain");
        Bytes.overwrite(control, 3 * MIB, new byte[4096]);
        byte[] broken = Bytes.read(control, 3 * MIB, (int) MIB);
        assertThat(run(0, "lease", "list", domain).out())
                .contains("broken", "slot 1: leader of a lease: all bytes are zero");
        CommandRun refused = run(0, "lease", "repair", domain, volume).failsWith(ExitCode.FAILED);
        assertThat(refused.err()).contains("may be held by host 2 (LIVE)").hasLineCount(1);
        assertThat(Bytes.read(control, 3 * MIB, (int) MIB)).isEqualTo(broken);

        run(1, "host", "leave", domain);
        assertThat(json(0, "lease", "repair", domain, volume)).containsEntry("repaired", true);
        assertThat(json(0, "lease", "repair", domain, volume)).containsEntry("repaired", false);
        assertThat(json(0, "lease", "show", domain, volume)).containsEntry("state", "free");
    }

    @Test
    @Order(6)
    void theDomainsOwnLeaseIsShownAndRepairedByTheDomainsId() throws Exception {
        Bytes.overwrite(domain.resolve("tenure.domain"), 2 * MIB, new byte[4096]);
        assertThat(json(0, "lease", "show", domain, domainId)).containsEntry("state", "broken");
        assertThat(json(0, "lease", "repair", domain, domainId)).containsEntry("repaired", true);
        assertThat(json(0, "lease", "show", domain, domainId)).containsEntry("state", "free");
    }

    @Test
    void localLeasesAreListedAndRepairedWithoutADaemonAndAskNobody() throws Exception {
        Path local = Files.createDirectory(folder.resolve("local"));
        CommandRun.json("domain", "create", local, "--max-volumes", 2);
        CommandRun.json("volume", "create", local, "--size", "4M", "--uuid", volume);
        assertThat(CommandRun.of("lease", "list", local).out())
                .containsPattern("0 +\\(the domain\\) +free\n +1 +" + volume + " +free\n");
        assertThat(CommandRun.of("lease", "request", local, volume, "--force"))
                .satisfies(run -> run.failsWith(ExitCode.USAGE));
        Bytes.overwrite(local.resolve("tenure.domain"), 3 * MIB, new byte[512]);
        assertThat(CommandRun.json("lease", "show", local, volume))
                .containsEntry("state", "unknown");
        assertThat(CommandRun.json("lease", "repair", local, volume))
                .containsEntry("repaired", true);
        assertThat(CommandRun.json("lease", "show", local, volume)).containsEntry("state", "free");
    }

    private void awaitState(String state) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!Objects.equals(json(0, "lease", "show", domain, volume).get("state"), state)) {
            assertThat(System.nanoTime()).as(state).isLessThan(deadline);
        }
    }

    /** A process that holds the volume's lease, as any program may. */
    private Process holder(int host, String mode) throws IOException {
        ProcessBuilder command =
                new ProcessBuilder(
                        "sanlock",
                        "client",
                        "command",
                        "-r",
                        "%s:%s:%s:%d%s"
                                .formatted(
                                        domainId,
                                        volume,
                                        domain.resolve("tenure.domain"),
                                        3 * MIB,
                                        mode),
                        "-c",
                        "/bin/sleep",
                        "60");
        command.environment().putAll(lab.environment(host));
        return command.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private CommandProcess join(int host) throws Exception {
        return CommandProcess.start(
                folder,
                lab.environment(host),
                "--json",
                "host",
                "join",
                domain,
                "--host-id",
                host + 1);
    }

    private CommandRun run(int host, Object... words) throws Exception {
        return CommandProcess.run(folder, lab.environment(host), words);
    }

    private Map<String, Object> json(int host, Object... words) throws Exception {
        CommandRun run = run(host, with(new Object[] {"--json"}, words));
        assertThat(run).as(run.toString()).extracting(CommandRun::exitCode).isEqualTo(0);
        return run.json();
    }

    private static Object[] with(Object[] words, Object... more) {
        List<Object> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(more));
        return all.toArray();
    }
}
