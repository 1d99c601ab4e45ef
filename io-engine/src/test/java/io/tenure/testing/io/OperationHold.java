package io.tenure.testing.io;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An operation that hangs until the test lets it go on. */
public final class OperationHold implements AutoCloseable {
    private static final long LIMIT_SECONDS = 30;

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    OperationHold() {}

    /**
     * Waits until the operation hangs.
     *
     * @throws InterruptedException the thread was interrupted
     */
    public void awaitReached() throws InterruptedException {
        if (!reached.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the operation did not begin");
        }
    }

    /** Lets the operation go on, also if it did not begin yet. */
    public void release() {
        released.countDown();
    }

    /** The same as {@link #release}. */
    @Override
    public void close() {
        release();
    }

    /** Called by the operation. Like a system call, it does not react to interruption. */
    void pass() {
        reached.countDown();
        boolean interrupted = false;
        boolean open = false;
        while (!open) {
            try {
                if (!released.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("the test did not release the operation");
                }
                open = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
