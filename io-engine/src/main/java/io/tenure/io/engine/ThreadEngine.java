package io.tenure.io.engine;

import io.tenure.io.BlockDevice;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An engine of a few threads that call the blocking methods of the device. Works with every {@link
 * io.tenure.io.BlockDevice} and on every kernel.
 *
 * <p>Kill-safe: the kernel closes a killed process's files after its threads have left their system
 * calls.
 */
public final class ThreadEngine implements IoEngine {

    /** 4: measured on two cores, more threads gain nothing. */
    public static final int DEFAULT_THREADS = 4;

    private final IoGate gate;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition submitted = lock.newCondition();
    private final Condition completed = lock.newCondition();
    private final RequestLedger ledger;
    private final RequestQueue waiting;
    private final Thread[] workers;

    /**
     * Creates an engine and starts its threads, which are daemons: they do not keep a JVM alive.
     *
     * @param gate the gate that every request passes
     * @param depth the most requests in flight, at least 1
     * @param threads how many threads, at least 1; more than {@code depth} would be idle and are
     *     not started
     */
    public ThreadEngine(IoGate gate, int depth, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads " + threads);
        }
        this.gate = gate;
        this.ledger = new RequestLedger(gate, depth);
        this.waiting = new RequestQueue(depth);
        this.workers = new Thread[Math.min(threads, depth)];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = Thread.ofPlatform().daemon().name("tenure-io-" + i).unstarted(this::work);
        }
        try {
            for (Thread worker : workers) {
                worker.start();
            }
        } catch (Error e) { // no more threads: those that run must not stay behind
            close();
            throw e;
        }
    }

    @Override
    public int depth() {
        return ledger.depth();
    }

    @Override
    public int inFlight() {
        lock.lock();
        try {
            return ledger.inFlight();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void register(BlockDevice device) {} // its methods are all that is needed

    @Override
    public void register(MemorySegment memory) {} // any memory is as good

    @Override
    public void bindTo(
            int leaseDescriptor) {} // the kernel waits for system calls before it closes files

    @Override
    public void submit(IoRequest request) {
        lock.lock();
        try {
            ledger.checkSubmit(this, request);
            ledger.accept();
            waiting.add(request);
            submitted.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int reap(int minimum, IoRequest[] into) {
        lock.lock();
        try {
            ledger.checkReap(minimum, into);
            while (ledger.completed() < minimum) {
                completed.awaitUninterruptibly();
            }
            return ledger.reap(into);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int cancel() {
        lock.lock();
        try {
            int count = waiting.size();
            for (int i = 0; i < count; i++) {
                ledger.giveUp(waiting.remove());
            }
            completed.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void drain() {
        lock.lock();
        try {
            while (ledger.outstanding() > 0) {
                completed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public EngineKind kind() {
        return EngineKind.THREADS;
    }

    @Override
    public boolean isKillSafe() {
        return true;
    }

    @Override
    public void close() {
        drain();
        lock.lock();
        try {
            ledger.close();
            submitted.signalAll();
        } finally {
            lock.unlock();
        }
        joinWorkers();
    }

    private void work() {
        IoRequest request = take();
        while (request != null) {
            request.carryOut(gate);
            request = completeAndTake(request);
        }
    }

    private @Nullable IoRequest completeAndTake(IoRequest finished) {
        lock.lock();
        try {
            ledger.complete(finished);
            completed.signalAll();
            return take();
        } finally {
            lock.unlock();
        }
    }

    /** The next request; null when the engine is closed. */
    private @Nullable IoRequest take() {
        lock.lock();
        try {
            while (waiting.size() == 0) {
                if (ledger.isClosed()) {
                    return null;
                }
                submitted.awaitUninterruptibly();
            }
            return waiting.remove();
        } finally {
            lock.unlock();
        }
    }

    private void joinWorkers() {
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true; // they are about to end; whoever closes wants them gone
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
