package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.buffer.BufferPool;
import io.tenure.io.copy.Copier;
import io.tenure.io.copy.CopyPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy through AIO is aborted before and after each of its system calls. Whoever waits for the
 * gate, as a job does before it releases its lease, sees the last byte that is written.
 */
final class AbortAnywhereTest {
    private static final int DEPTH = 3;
    private static final int REQUEST_BYTES = 64 << 10;
    private static final int SIZE_BYTES = 10 * REQUEST_BYTES;
    private static final long LIMIT_SECONDS = 30;

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
                // Before a submission the requests have passed the gate: they may go on.
                doomed.set(point % 2 == 1 ? 1 : 0);
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
        assertThat(submits(calls) - submitsAtClose.get()).isLessThanOrEqualTo(doomed.get());
        return true;
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
        gate.awaitDrained();
        assertThatThrownBy(gate::enter).isInstanceOf(GateClosedException.class);
        return Files.readAllBytes(path);
    }

    private static int submits(FaultyAio calls) {
        return (int) calls.trace().stream().filter(call -> call.startsWith("submit")).count();
    }
}
