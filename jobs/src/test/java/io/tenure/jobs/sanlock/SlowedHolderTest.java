package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tenure.bindings.Errno;
import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.engine.EngineKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.Sanlock;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.SlowGroup;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that copies under a lease to a slow device is killed with writes in the device. No
 * other host gets the lease before the last of them has landed.
 */
final class SlowedHolderTest {
    private static final int BYTES = 8 << 20;
    private static final int SLOW_BYTES_PER_SECOND = 2 << 20;
    private static final int OPERATIONS_PER_SECOND = 1000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** All that was submitted lands within this, were it still on its way. */
    private static final Duration ALL_LANDS = Duration.ofSeconds(1 + BYTES / SLOW_BYTES_PER_SECOND);

    private DomainLab lab;

    @TempDir Path directory;

    /** How the killed process's requests reach the device. */
    enum Through {
        /** Linux AIO, which is what a copy takes by itself. */
        AIO,
        /** Threads, which it takes for a device without a descriptor. */
        THREADS,
        /** io_uring, bound to the connection that holds the lease. */
        URING
    }

    /** A domain for each test: their loop devices may come to have the same name. */
    @BeforeEach
    void start() throws IOException {
        lab = DomainLab.start(2);
    }

    @AfterEach
    void stop() throws IOException {
        lab.close();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyGetsTheLeaseBeforeTheLastByteHasLanded(Through through) throws Exception {
        assumeTrue(SlowGroup.problem().isEmpty(), SlowGroup.problem());
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 512);
                SlowGroup slow =
                        SlowGroup.create(
                                loop.path(), SLOW_BYTES_PER_SECOND, OPERATIONS_PER_SECOND)) {
            UUID volume = lab.createVolume(BYTES, Optional.of(loop.path()));
            LeaseArea area = lab.lease(volume);
            Process holder = startHolder(volume, through);
            try (LeaseConnection next = lab.host(0).manager().connect("next")) {
                slow.add(holder.pid());
                holder.getOutputStream().write('\n'); // it waits for this
                holder.getOutputStream().flush();
                awaitFirstByte(loop, holder);
                int atKill = landedBytes(loop);
                assertThat(atKill).isLessThan(BYTES);

                holder.toHandle().destroyForcibly(); // SIGKILL; leaves our end of the pipe open

                assertThatThrownBy(() -> next.acquire(area, LeaseMode.EXCLUSIVE))
                        .isInstanceOf(LeaseHeldException.class); // writes are under way
                LabHost.acquireWithin(next, area, LIMIT);
                int atTakeover = landedBytes(loop);
                holder.getInputStream().readAllBytes(); // its files are closed, so this returns
                assertThat(atTakeover).isGreaterThan(atKill);
                Thread.sleep(ALL_LANDS); // the rule is that nothing comes, and this long it would
                assertThat(landedBytes(loop)).isEqualTo(atTakeover);
            } finally {
                holder.destroyForcibly();
                assertThat(holder.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /** The process that is killed. */
    public static final class Holder {
        private Holder() {}

        /**
         * Copies until it is killed.
         *
         * @param arguments none; all is in system properties
         * @throws Exception the job could not be run
         */
        public static void main(String[] arguments) throws Exception {
            System.in.read();
            Path domainPath = Path.of(System.getProperty("domain"));
            Sanlock sanlock = Sanlock.open(Path.of(System.getProperty("run")));
            try (LeaseManagers leases =
                            new LeaseManagers(List.of(new SanlockLeaseManager(sanlock)));
                    StorageDomain domain = StorageDomain.open(domainPath, Access.READ_WRITE)) {
                Through through = Through.valueOf(System.getProperty("through"));
                CopySettings how = CopySettings.DEFAULT;
                if (through == Through.URING) {
                    how = how.withTuning(how.tuning().withEngine(EngineKind.URING));
                }
                CopyVolume copy =
                        new CopyVolume(
                                UUID.randomUUID(),
                                new CopySource.Outside(Path.of(System.getProperty("source"))),
                                domain,
                                UUID.fromString(System.getProperty("volume")),
                                1L,
                                how);
                JobSettings settings =
                        new JobSettings(
                                Clock.SYSTEM,
                                opener(through),
                                Duration.ZERO,
                                Duration.ofHours(1),
                                JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);
                JobRunner runner = JobRunner.start(leases, settings, 1, 1);
                System.err.println(runner.submit(copy, JobObserver.NONE).await());
            }
        }

        private static DeviceOpener opener(Through through) {
            return switch (through) {
                case AIO, URING -> DeviceOpener.SYSTEM;
                case THREADS ->
                        (path, access) -> new FaultyDevice(DeviceOpener.SYSTEM.open(path, access));
            };
        }
    }

    private Process startHolder(UUID volume, Through through) throws IOException {
        List<String> command =
                ChildJvm.command(
                        directory,
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-Drun=" + lab.daemons().runDirectory(1),
                                "-Ddomain=" + lab.host(1).domain().path(),
                                "-Dvolume=" + volume,
                                "-Dsource=" + lab.sourceFile(BYTES, 21),
                                "-Dthrough=" + through),
                        Holder.class,
                        Job.class,
                        VolumeRecord.class,
                        BlockDevice.class,
                        FaultyDevice.class,
                        Errno.class,
                        ChildJvm.class);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void awaitFirstByte(LoopDevice loop, Process holder) throws Exception {
        long startNanos = System.nanoTime();
        while (landedBytes(loop) == 0) {
            assertThat(holder.isAlive()).isTrue();
            assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT.toNanos());
            Thread.sleep(1);
        }
    }

    /** What is not zero any more in the file behind the device; the source is random. */
    private static int landedBytes(LoopDevice loop) throws IOException {
        int count = 0;
        for (byte one : Files.readAllBytes(loop.backing())) {
            if (one != 0) {
                count++;
            }
        }
        return count;
    }
}
