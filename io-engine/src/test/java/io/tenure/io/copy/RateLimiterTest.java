package io.tenure.io.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.buffer.BufferPool;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoGate;
import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.FaultyDevice.Operation;
import io.tenure.testing.io.InlineEngine;
import io.tenure.testing.io.MemoryDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The pace of work, on a clock that only moves when somebody waits. */
final class RateLimiterTest {
    private static final int MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000;

    private record Begun(long nanos, long bytes) {}

    private final VirtualTime time = new VirtualTime();

    @Test
    void noTwoSecondsOfACopySeeMoreThanTheLimitAndTheMeanReachesIt() {
        Random random = new Random(1);
        for (long limit = RateLimiter.MINIMUM_LIMIT; limit < 20_000_000_000L; limit *= 3) {
            RateLimiter limiter = new RateLimiter(limit, time);
            long pieceBytes = limiter.pieceBytes(MIB, 4096);
            long startNanos = time.nanoTime();
            List<Begun> begun = new ArrayList<>();
            while (time.nanoTime() < startNanos + 10 * SECOND && begun.size() < 200_000) {
                if (limiter.allows()) {
                    limiter.take(pieceBytes);
                    begun.add(new Begun(time.nanoTime(), pieceBytes));
                } else {
                    limiter.pause();
                    time.late(random.nextInt(35_000_000)); // a thread that wakes up late
                }
            }
            checkRate(begun, startNanos, limit);
        }
    }

    @Test
    void noTwoSecondsOfAZeroingSeeMoreThanTheLimitAndTheMeanReachesIt() throws IOException {
        Random random = new Random(1);
        for (long limit = RateLimiter.MINIMUM_LIMIT; limit < 20_000_000_000L; limit *= 3) {
            RateLimiter limiter = new RateLimiter(limit, time);
            long stepBytes = limiter.pieceBytes(Zeroer.STEP_BYTES, 512);
            long startNanos = time.nanoTime();
            List<Begun> begun = new ArrayList<>();
            while (time.nanoTime() < startNanos + 10 * SECOND) {
                limiter.await(stepBytes, new IoGate());
                begun.add(new Begun(time.nanoTime(), stepBytes));
                time.late(random.nextInt(2_000_000)); // the step itself
            }
            checkRate(begun, startNanos, limit);
        }
    }

    @Test
    void noTwoSecondsSeeMoreThanTheLimitAfterStallsEither() throws IOException {
        Random random = new Random(1);
        for (long limit = RateLimiter.MINIMUM_LIMIT; limit < 20_000_000_000L; limit *= 3) {
            RateLimiter limiter = new RateLimiter(limit, time);
            long stepBytes = limiter.pieceBytes(Zeroer.STEP_BYTES, 512);
            long startNanos = time.nanoTime();
            List<Begun> begun = new ArrayList<>();
            while (time.nanoTime() < startNanos + 20 * SECOND) {
                limiter.await(stepBytes, new IoGate());
                begun.add(new Begun(time.nanoTime(), stepBytes));
                time.late(random.nextInt(20) == 0 ? random.nextLong(SECOND) : 0);
            }
            checkLimit(begun, limit);
        }
    }

    @Test
    void aPieceIsNeverLessThanWhatTheDeviceCanWriteNorMoreThanAsked() {
        RateLimiter slow = new RateLimiter(RateLimiter.MINIMUM_LIMIT, time);
        assertThat(slow.pieceBytes(MIB, 512)).isEqualTo(3072);
        assertThat(slow.pieceBytes(MIB, 4096)).isEqualTo(4096);
        assertThat(slow.pieceBytes(MIB, 64 << 10)).isEqualTo(64 << 10);
        assertThat(new RateLimiter(1L << 40, time).pieceBytes(MIB, 512)).isEqualTo(MIB);
        assertThat(new RateLimiter(RateLimiter.NO_LIMIT, time).pieceBytes(MIB, 512)).isEqualTo(MIB);
    }

    @Test
    void withoutALimitNothingWaits() throws IOException {
        RateLimiter limiter = new RateLimiter(RateLimiter.NO_LIMIT, time);
        for (int i = 0; i < 3; i++) {
            limiter.await(1L << 60, new IoGate());
        }
        assertThat(time.nanoTime()).isZero();
    }

    @Test
    void aLimitThatCannotBeKeptIsRefused() {
        for (long limit : new long[] {-1, 1, RateLimiter.MINIMUM_LIMIT - 1}) {
            assertThatThrownBy(() -> new RateLimiter(limit, time))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(String.valueOf(limit));
        }
    }

    @Test
    void aClosedGateEndsAWait() throws IOException {
        IoGate gate = new IoGate();
        RateLimiter limiter = new RateLimiter(MIB, time);
        time.atNanos(SECOND, () -> gate.close(IoGate.Reason.ABORTED, "stop"));
        limiter.await(60L * MIB, gate);
        assertThatThrownBy(() -> limiter.await(MIB, gate)).isInstanceOf(GateClosedException.class);
        assertThat(time.nanoTime()).isBetween(SECOND, SECOND + 6_000_000);
    }

    @Test
    void interruptionNeitherEndsNorHastensAWait() throws IOException {
        RateLimiter limiter = new RateLimiter(MIB, time);
        Thread.currentThread().interrupt();
        limiter.await(MIB, new IoGate());
        limiter.await(MIB, new IoGate());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(time.nanoTime()).isGreaterThan(9 * SECOND / 10);
    }

    @Test
    void aStallIsNotMadeUpForByABurst() {
        long limit = 100L * MIB;
        RateLimiter limiter = new RateLimiter(limit, time);
        time.late(60 * SECOND);
        long bytes = 0;
        while (limiter.allows()) {
            limiter.take(MIB);
            bytes += MIB;
        }
        assertThat(bytes).isLessThan(limit / 10);
    }

    @Test
    void aCopyAndItsVerificationKeepTheRate() throws IOException {
        int sizeBytes = 24 * MIB;
        long limit = 4L * MIB;
        MemoryDevice source = MemoryDevice.of("from", TestContent.random(sizeBytes, 1), 512);
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", sizeBytes, 512));
        CopyPlan plan =
                CopyPlan.of(source, destination)
                        .withRateLimit(limit)
                        .withCheck(CopyPlan.Check.VERIFY);
        IoGate gate = new IoGate();
        try (BufferPool pool = BufferPool.allocate(plan.depth(), plan.requestBytes());
                InlineEngine engine = new InlineEngine(gate, plan.depth(), new Random(1));
                Copier copier = new Copier(CopyPlans.of(plan), gate, engine, pool, false, time)) {
            copier.run();
            assertThat(time.nanoTime()).isBetween(59 * SECOND / 10, 63 * SECOND / 10);
            copier.flush();
            copier.verify();
            assertThat(time.nanoTime()).isBetween(118 * SECOND / 10, 126 * SECOND / 10);
        }
        assertThat(destination.count(Operation.WRITE))
                .isGreaterThanOrEqualTo(sizeBytes / (limit / 40));
    }

    @Test
    void holesDoNotCount() throws IOException {
        CopyPlan plan =
                CopyPlan.of(
                                new MemoryDevice("from", 64 * MIB, 512),
                                new MemoryDevice("to", 64 * MIB, 512))
                        .withRateLimit(RateLimiter.MINIMUM_LIMIT);
        run(plan, new IoGate());
        assertThat(time.nanoTime()).isZero();
    }

    @Test
    void anAbortDoesNotWaitForTheNextPiece() {
        IoGate gate = new IoGate();
        long abortNanos = SECOND + 3_000_000; // between two pieces, which are 31 ms apart
        time.atNanos(abortNanos, () -> gate.close(IoGate.Reason.ABORTED, "stop"));
        CopyPlan plan =
                CopyPlan.of(
                                MemoryDevice.of("from", TestContent.random(8 * MIB, 1), 512),
                                new MemoryDevice("to", 8 * MIB, 512))
                        .withRateLimit(RateLimiter.MINIMUM_LIMIT);
        assertThatThrownBy(() -> run(plan, gate)).isInstanceOf(GateClosedException.class);
        assertThat(time.nanoTime()).isLessThan(abortNanos + 6_000_000);
    }

    @Test
    void interruptionNeitherStopsNorHastensACopy() throws IOException {
        CopyPlan plan =
                CopyPlan.of(
                                MemoryDevice.of("from", TestContent.random(MIB, 1), 512),
                                new MemoryDevice("to", MIB, 512))
                        .withRateLimit(MIB);
        Thread.currentThread().interrupt();
        run(plan, new IoGate());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(time.nanoTime()).isGreaterThan(9 * SECOND / 10);
    }

    private void run(CopyPlan plan, IoGate gate) throws IOException {
        try (BufferPool pool = BufferPool.allocate(plan.depth(), plan.requestBytes());
                InlineEngine engine = new InlineEngine(gate, plan.depth(), new Random(1));
                Copier copier = new Copier(CopyPlans.of(plan), gate, engine, pool, false, time)) {
            copier.run();
        }
    }

    private static void checkRate(List<Begun> begun, long startNanos, long limit) {
        checkLimit(begun, limit);
        long total = begun.stream().mapToLong(Begun::bytes).sum();
        long seconds = (begun.getLast().nanos() - startNanos) / SECOND;
        if (seconds >= 2) {
            assertThat(total).isGreaterThan(limit * seconds * 95 / 100);
        }
    }

    private static void checkLimit(List<Begun> begun, long limit) {
        long inWindow = 0;
        int first = 0;
        for (Begun last : begun) {
            inWindow += last.bytes();
            while (begun.get(first).nanos() <= last.nanos() - 2 * SECOND) {
                inWindow -= begun.get(first).bytes();
                first++;
            }
            assertThat(inWindow).as("limit %d", limit).isLessThanOrEqualTo(limit * 21 / 10);
        }
    }
}
