package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tenure.bindings.Errno;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.buffer.BufferPool;
import io.tenure.io.copy.Copier;
import io.tenure.io.copy.CopyPlan;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.SlowGroup;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy through AIO is aborted before and after each of its system calls, and killed there.
 * Whoever waits for the gate, as a job does before it releases its lease, or for the hang-up, as
 * the daemon does, sees the last byte that is written.
 */
final class AbortAnywhereTest {
    private static final int DEPTH = 3;
    private static final int REQUEST_BYTES = 64 << 10;
    private static final int SIZE_BYTES = 10 * REQUEST_BYTES;
    private static final long LIMIT_SECONDS = 30;

    private static final int SLOW_BYTES_PER_SECOND = 256 << 10;
    private static final int OPERATIONS_PER_SECOND = 1000;

    /** A copy of ten pieces has at least twenty calls, each with a point before and after it. */
    private static final int FIRST_KILL = 2;

    private static final int LAST_KILL = 14;
    private static final int KILL_STEP = 3;

    /** All that was submitted lands within this, were it still on its way. */
    private static final Duration ALL_LANDS =
            Duration.ofMillis(500 + 1000L * DEPTH * REQUEST_BYTES / SLOW_BYTES_PER_SECOND);

    @TempDir Path directory;

    @Test
    void afterTheReleaseNoByteIsWrittenWhereverACopyIsAborted() throws Exception {
        Path source = directory.resolve("source");
        byte[] content = new byte[SIZE_BYTES];
        new Random(1).nextBytes(content);
        Files.write(source, content);
        try (ExecutorService releaser = Executors.newSingleThreadExecutor()) {
            int point = 1;
            while (abortAt(point, source, content, releaser)) {
                point++;
            }
            assertThat(point).isGreaterThan(2 * SIZE_BYTES / REQUEST_BYTES);
        }
    }

    /**
     * Copies, and aborts at a point.
     *
     * @return false if the copy has no such point and was not aborted
     */
    private boolean abortAt(int point, Path source, byte[] content, ExecutorService releaser)
            throws Exception {
        IoGate gate = new IoGate();
        Path path = directory.resolve("destination-" + point);
        AtomicInteger passed = new AtomicInteger();
        AtomicInteger submitsAtClose = new AtomicInteger(-1);
        AtomicInteger doomed = new AtomicInteger();
        FaultyAio calls = new FaultyAio();
        AtomicReference<@Nullable Future<byte[]>> released = new AtomicReference<>();
        calls.orderWatch(() -> {
            if (passed.incrementAndGet() == point) {
                // Just before a submission its requests have passed the gate: they go on.
                doomed.set(calls.isAboutToSubmit() ? 1 : 0);
                submitsAtClose.set(submits(calls));
                gate.close(IoGate.Reason.ABORTED, "stop");
                released.set(releaser.submit(() -> release(gate, path)));
            }
        });
        try (BlockDevice from = BlockDevices.open(source, Access.READ_ONLY);
                BlockDevice to = BlockDevices.create(path, SIZE_BYTES);
                BufferPool pool = BufferPool.allocate(DEPTH, REQUEST_BYTES);
                AioEngine engine = new AioEngine(gate, DEPTH, calls)) {
            engine.register(from);
            engine.register(to);
            CopyPlan plan = CopyPlan.of(from, to).withDepth(DEPTH).withRequestBytes(REQUEST_BYTES);
            Copier copier = new Copier(plan, gate, engine, pool);
            run(copier);
            if (released.get() == null) {
                assertThat(Files.readAllBytes(path)).isEqualTo(content);
                return false;
            }
        }
        byte[] atRelease =
                Objects.requireNonNull(released.get()).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(Files.readAllBytes(path)).as("point %d", point).isEqualTo(atRelease);
        assertThat(gate.inFlight()).isZero();
        assertThat(submits(calls) - submitsAtClose.get()).isEqualTo(doomed.get());
        return true;
    }

    @Test
    void afterTheHangUpNoByteIsWrittenWhereverTheCopyingProcessIsKilled() throws Exception {
        assumeTrue(SlowGroup.problem().isEmpty(), SlowGroup.problem());
        byte[] content = new byte[SIZE_BYTES];
        new Random(2).nextBytes(content);
        Path source = Files.write(directory.resolve("source"), content);
        int underWay = 0;
        for (int point = FIRST_KILL; point <= LAST_KILL; point += KILL_STEP) {
            if (killAt(point, source)) {
                underWay++;
            }
        }
        assertThat(underWay).isPositive(); // else nothing was proved
    }

    /**
     * Copies in a process of its own to a slow device, and kills it at a point.
     *
     * @return whether something was under way: the device changed between kill and hang-up
     */
    private boolean killAt(int point, Path source) throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, SIZE_BYTES, 512);
                SlowGroup slow =
                        SlowGroup.create(
                                loop.path(), SLOW_BYTES_PER_SECOND, OPERATIONS_PER_SECOND)) {
            Process child = start(point, source, loop.path());
            try {
                slow.add(child.pid());
                child.getOutputStream().write('\n'); // it waits for this
                child.getOutputStream().flush();
                assertThat(child.getInputStream().read()).isEqualTo('p'); // it stands at the point
                byte[] atKill = Files.readAllBytes(loop.backing());
                child.toHandle().destroyForcibly(); // SIGKILL; leaves our end of the pipe open
                child.getInputStream().readAllBytes(); // returns when its end of the pipe is gone
                byte[] atHangUp = Files.readAllBytes(loop.backing());
                Thread.sleep(ALL_LANDS); // the rule is that nothing comes, and this long it would
                assertThat(Files.readAllBytes(loop.backing()))
                        .as("point %d", point)
                        .isEqualTo(atHangUp);
                return !Arrays.equals(atKill, atHangUp);
            } finally {
                child.destroyForcibly();
                assertThat(child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private Process start(int point, Path source, Path destination) throws IOException {
        List<String> command =
                ChildJvm.command(
                        directory,
                        List.of("--enable-native-access=ALL-UNNAMED"),
                        Victim.class,
                        IoEngine.class,
                        Errno.class);
        command.addAll(List.of(Integer.toString(point), source.toString(), destination.toString()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** The process that is killed: it copies up to the point, says so and stays there. */
    public static final class Victim {
        private Victim() {}

        /**
         * Copies until it is killed.
         *
         * @param arguments the point, the source, and the destination
         * @throws IOException it cannot copy
         */
        public static void main(String[] arguments) throws IOException {
            System.in.read();
            int point = Integer.parseInt(arguments[0]);
            AtomicInteger passed = new AtomicInteger();
            FaultyAio calls = new FaultyAio();
            calls.orderWatch(() -> {
                if (passed.incrementAndGet() == point) {
                    System.out.print('p');
                    System.out.flush();
                    new Semaphore(0).acquireUninterruptibly();
                }
            });
            IoGate gate = IoGate.underLease();
            try (BlockDevice from = BlockDevices.open(Path.of(arguments[1]), Access.READ_ONLY);
                    BlockDevice to = BlockDevices.open(Path.of(arguments[2]), Access.READ_WRITE);
                    BufferPool pool = BufferPool.allocate(DEPTH, REQUEST_BYTES);
                    AioEngine engine = new AioEngine(gate, DEPTH, calls)) {
                engine.register(from);
                engine.register(to);
                CopyPlan plan =
                        CopyPlan.of(from, to).withDepth(DEPTH).withRequestBytes(REQUEST_BYTES);
                new Copier(plan, gate, engine, pool).run();
            }
        }
    }

    /** Runs to the end, or until it is aborted. After its last submission it is through. */
    private static void run(Copier copier) throws IOException {
        try {
            copier.run();
        } catch (GateClosedException e) {
            assertThat(e).hasMessage("stop");
        }
    }

    private static byte[] release(IoGate gate, Path path) throws Exception {
        assertThat(gate.awaitDrained(Duration.ofSeconds(LIMIT_SECONDS))).isTrue();
        assertThatThrownBy(gate::enter).isInstanceOf(GateClosedException.class);
        return Files.readAllBytes(path);
    }

    private static int submits(FaultyAio calls) {
        return (int) calls.trace().stream().filter(call -> call.startsWith("submit")).count();
    }
}
