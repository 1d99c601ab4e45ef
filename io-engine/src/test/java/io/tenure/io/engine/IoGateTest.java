package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Nobody passes a closed gate, and drained means that nobody is inside. */
final class IoGateTest {
    private static final long LIMIT_SECONDS = 30;

    private final IoGate gate = new IoGate();

    @Test
    void nobodyEntersAfterItWasClosed() throws Exception {
        gate.enter();
        gate.exit();
        assertThat(gate.closedReason()).isEmpty();
        assertThat(gate.close(IoGate.Reason.LEASE_LOST, "the daemon hung up")).isTrue();
        GateClosedException e = catchThrowableOfType(GateClosedException.class, gate::enter);
        assertThat(e.reason()).isEqualTo(IoGate.Reason.LEASE_LOST);
        assertThat(e).hasMessage("the daemon hung up");
        assertThat(gate.inFlight()).isZero();
    }

    @Test
    void theFirstReasonStays() {
        assertThat(gate.close(IoGate.Reason.ABORTED, "first")).isTrue();
        assertThat(gate.close(IoGate.Reason.LEASE_LOST, "second")).isFalse();
        assertThat(gate.closedReason()).contains(IoGate.Reason.ABORTED);
        assertThatThrownBy(gate::check).hasMessage("first");
    }

    @Test
    void drainedComesOnlyAfterTheLastExit() throws Exception {
        gate.enter();
        gate.enter();
        gate.close(IoGate.Reason.ABORTED, "stop");
        assertThat(gate.awaitDrained(Duration.ZERO)).isFalse();
        gate.exit();
        assertThat(gate.awaitDrained(Duration.ofMillis(1))).isFalse();
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Boolean> drained =
                    pool.submit(() -> gate.awaitDrained(Duration.ofSeconds(LIMIT_SECONDS)));
            gate.exit();
            assertThat(drained.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        gate.awaitDrained();
    }

    @Test
    void waitingAtAnOpenGateAndExitWithoutEnterAreMistakes() {
        assertThatThrownBy(gate::awaitDrained).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> gate.awaitDrained(Duration.ZERO))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(gate::exit).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void underManyThreadsNobodyIsInsideOnceItIsDrained() throws Exception {
        for (int round = 0; round < 200; round++) {
            hammer(new IoGate());
        }
    }

    private static void hammer(IoGate gate) throws Exception {
        int threads = 4;
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean drained = new AtomicBoolean();
        AtomicBoolean violated = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(threads);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(
                        pool.submit(() -> {
                            while (true) {
                                gate.enter();
                                try {
                                    inside.incrementAndGet();
                                    if (drained.get()) {
                                        violated.set(true);
                                    }
                                    busy.countDown();
                                    Thread.onSpinWait();
                                    inside.decrementAndGet();
                                } finally {
                                    gate.exit();
                                }
                            }
                        }));
            }
            assertThat(busy.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            gate.close(IoGate.Reason.ABORTED, "stop");
            gate.awaitDrained();
            drained.set(true);
            assertThat(inside).hasValue(0);
            for (Future<?> worker : workers) {
                assertThatThrownBy(() -> worker.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(GateClosedException.class);
            }
        }
        assertThat(violated).isFalse();
    }
}
