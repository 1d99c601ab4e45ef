package io.tenure.testing.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.sanlock.HostState;
import io.tenure.sanlock.LeaseClaim;
import io.tenure.sanlock.LeaseMode;
import io.tenure.sanlock.Lockspace;
import io.tenure.sanlock.Registration;
import io.tenure.sanlock.Resource;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import io.tenure.testing.device.Fault;
import io.tenure.testing.process.ChildJvm;
import io.tenure.testing.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SanlockLabTest {
    private static final int MIB = 1 << 20;
    private static final int FACTOR = 10;
    private static final int DEAD_SECONDS = 68; // at an io_timeout of 1
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir private Path directory;

    @Test
    void closing_leaves_no_daemon_and_no_file() throws Exception {
        SanlockLab lab = SanlockLab.start(2);
        Path folder = lab.runDirectory(0).getParent();
        List<Long> pids = List.of(lab.pid(0), lab.pid(1));
        assertThat(pids).allMatch(SanlockLabTest::isDaemon);
        lab.stop(1);
        lab.close();
        lab.close();
        assertThat(pids).noneMatch(SanlockLabTest::isDaemon);
        assertThat(folder).doesNotExist();
    }

    @Test
    void a_daemon_that_does_not_start_is_told_with_what_it_said() throws Exception {
        try (SanlockLab lab = SanlockLab.start(1)) {
            lab.kill(0);
            Files.move(lab.runDirectory(0), lab.runDirectory(0).resolveSibling("away"));
            Files.createFile(lab.runDirectory(0));
            assertThatThrownBy(() -> lab.restart(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("it said")
                    .hasMessageContaining("directory");
        }
    }

    @ParameterizedTest
    @CsvSource({"exit, 0", "kill, 137"})
    void a_jvm_that_ends_without_closing_leaves_nothing(String how, int exitCode) throws Exception {
        ChildJvm child = run(how);
        assertThat(child.exitCode()).as(child.output()).isEqualTo(exitCode);
        long pid = Long.parseLong(word(child, "pid "));
        Path folder = Path.of(word(child, "folder "));
        Path device = Path.of("/sys/block", word(child, "device "), "loop/backing_file");
        await(
                "daemon, mount, device or file left behind",
                () ->
                        !isDaemon(pid)
                                && !Files.exists(folder)
                                && !Files.readString(Path.of("/proc/self/mounts"))
                                        .contains(folder.toString())
                                && (!Files.exists(device)
                                        || !Files.readString(device).contains(folder.toString())));
    }

    @Test
    void time_passes_faster_by_the_factor_and_a_dead_host_is_taken_over_in_seconds()
            throws Exception {
        try (SanlockLab lab = SanlockLab.startWithClock(2, FACTOR)) {
            Path file = lab.leaseFile("leases", 2 * MIB);
            lab.writeAndJoin(new Lockspace("LS", 1, file.toString(), 0, 512, MIB));
            Resource resource = new Resource("LS", "R", file.toString(), MIB, 512, MIB);
            lab.sanlock(0).writeResource(resource);
            lab.awaitAllLive("LS");
            try (Registration first = lab.sanlock(0).register();
                    Registration second = lab.sanlock(1).register()) {
                first.acquire(exclusive(resource), "");
                long killedNanos = System.nanoTime();
                lab.kill(0);
                await("not taken over", () -> acquired(second, resource));
                assertThat(Duration.ofNanos(System.nanoTime() - killedNanos))
                        .isBetween(lab.real(DEAD_SECONDS - 3), Duration.ofSeconds(10));
            }
        }
    }

    @Test
    void a_suspended_host_does_not_notice_that_another_took_its_lease() throws Exception {
        try (SanlockLab lab = SanlockLab.startWithClock(2, FACTOR)) {
            Path file = lab.leaseFile("leases", 2 * MIB);
            lab.writeAndJoin(new Lockspace("LS", 1, file.toString(), 0, 512, MIB));
            Resource resource = new Resource("LS", "R", file.toString(), MIB, 512, MIB);
            lab.sanlock(0).writeResource(resource);
            lab.awaitAllLive("LS");
            ChildProcess holder =
                    lab.startProcess(
                            0,
                            List.of(
                                    "sanlock client command -r LS:R:"
                                            .concat(file + ":1048576")
                                            .concat(" -c /bin/sleep 1000")
                                            .split(" ")));
            try (Registration second = lab.sanlock(1).register()) {
                await("not held", () -> lab.sanlock(0).owners(resource).size() == 1);
                lab.suspend(0);
                await("not taken over", () -> acquired(second, resource));
                lab.resume(0);
                Thread.sleep(lab.real(DEAD_SECONDS).toMillis() / 4); // for what must not come
                assertThat(holder.isAlive()).isTrue();
                assertThat(lab.log(0)).doesNotContain("kill");
                assertThat(lab.sanlock(0).hosts("LS"))
                        .anyMatch(host -> host.hostId() == 1 && host.state() == HostState.LIVE);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 512, 1", "false, 4096, 8", "true, 512, 1", "true, 4096, 8"})
    void hosts_share_devices_in_every_geometry(boolean cut, int sectorBytes, int alignMib)
            throws Exception {
        int align = alignMib * MIB;
        try (SanlockLab lab = SanlockLab.startWithClock(2, FACTOR)) {
            CutDisk disk = cut ? lab.cutDevice("disk", 2L * align, sectorBytes) : null;
            Path device = cut ? null : lab.device(2L * align, sectorBytes);
            IntFunction<String> path =
                    host -> String.valueOf(disk == null ? device : disk.path(host));
            lab.writeAndJoin(host ->
                    new Lockspace("LS", host + 1L, path.apply(host), 0, sectorBytes, align));
            lab.awaitAllLive("LS");
            IntFunction<Resource> resource =
                    host -> new Resource("LS", "R", path.apply(host), align, sectorBytes, align);
            lab.sanlock(0).writeResource(resource.apply(0));
            try (Registration first = lab.sanlock(0).register();
                    Registration second = lab.sanlock(1).register()) {
                assertThat(acquired(first, resource.apply(0))).isTrue();
                assertThat(acquired(second, resource.apply(1))).isFalse();
            }
        }
    }

    @Test
    void a_daemon_comes_back_under_its_name_or_another() throws Exception {
        try (SanlockLab lab = SanlockLab.start(1)) {
            long pid = lab.pid(0);
            lab.restart(0);
            lab.restart(0, "another-machine");
            assertThat(lab.pid(0)).isNotEqualTo(pid);
            assertThat(isDaemon(pid)).isFalse();
            List<String> names =
                    lab.log(0)
                            .lines()
                            .filter(line -> line.contains("sanlock daemon started"))
                            .map(line -> line.replaceFirst(".* host ", ""))
                            .toList();
            assertThat(names).hasSize(3);
            assertThat(names.get(1)).isEqualTo(names.get(0));
            assertThat(names.get(2)).startsWith("another-machine");
            assertThat(lab.sanlock(0).version()).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11})
    void time_is_not_made_to_stand_or_to_race(int factor) {
        assertThatThrownBy(() -> SanlockLab.startWithClock(1, factor))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only 1 to 10");
    }

    private static boolean acquired(Registration registration, Resource resource)
            throws SanlockException {
        try {
            registration.acquire(exclusive(resource), "");
            return true;
        } catch (SanlockException e) {
            assertThat(e.isHeldElsewhere()).as(e.getMessage()).isTrue();
            return false;
        }
    }

    private static List<LeaseClaim> exclusive(Resource resource) {
        return List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE));
    }

    private static void await(String otherwise, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(otherwise).isLessThan(deadline);
            LabDaemon.pause();
        }
    }

    private ChildJvm run(String how) throws IOException {
        return ChildJvm.run(
                directory,
                List.of("--enable-native-access=ALL-UNNAMED", "-Dhow=" + how),
                Careless.class,
                Sanlock.class);
    }

    private static String word(ChildJvm child, String before) {
        return child.output()
                .lines()
                .filter(line -> line.startsWith(before))
                .map(line -> line.substring(before.length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(child.output()));
    }

    private static boolean isDaemon(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().command())
                .filter(command -> command.endsWith("sanlock"))
                .isPresent();
    }

    /** Starts a lab and does not close it. */
    static final class Careless {
        public static void main(String[] arguments) throws Exception {
            SanlockLab lab = SanlockLab.start(1);
            System.out.println("pid " + lab.pid(0));
            System.out.println("folder " + lab.runDirectory(0).getParent());
            CutDisk disk = lab.cutDevice("disk", MIB, 512);
            System.out.println("device " + disk.path(0).getFileName());
            disk.cut(0, Fault.HANGS);
            if (System.getProperty("how").equals("kill")) {
                String self = Long.toString(ProcessHandle.current().pid());
                new ProcessBuilder("kill", "-KILL", self).start().waitFor();
            }
        }
    }
}
