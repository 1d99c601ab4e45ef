package io.tenure.lease;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches the leases of one job while it works.
 *
 * <p>One thread for each connection waits for its hang-up, the only sign of a dead daemon; another
 * reads the leases' leader records from storage every few seconds, which alone catches a machine
 * that was resumed after others had taken over. The first loss is reported once, from one of these
 * threads, and ends the watch. Storage that cannot be read is no loss by itself: sanlock's own
 * clock decides for how long that may last, and the last read before a commit must succeed.
 */
public final class LeaseWatch implements AutoCloseable {
    /** The longest that a closing watch waits for a thread in a hang-up poll. */
    private static final int POLL_MILLIS = 10;

    /** How long to wait at the end for a thread that is stuck in a read of hung storage. */
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(2);

    private final LeaseSet leases;
    private final Duration verifyInterval;
    private final Consumer<String> onLost;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    private LeaseWatch(LeaseSet leases, Duration verifyInterval, Consumer<String> onLost) {
        this.leases = leases;
        this.verifyInterval = verifyInterval;
        this.onLost = onLost;
    }

    /**
     * Begins to watch.
     *
     * @param leases what to watch; must stay open until the watch is closed
     * @param verifyInterval how often the leases are read from storage
     * @param onLost told once why the leases are lost; called on a thread of the watch
     * @return the watch, running
     */
    public static LeaseWatch start(
            LeaseSet leases, Duration verifyInterval, Consumer<String> onLost) {
        LeaseWatch watch = new LeaseWatch(leases, verifyInterval, onLost);
        for (LeaseConnection connection : leases.connections()) {
            watch.spawn("tenure-lease-hangup", () -> watch.watchHangUp(connection));
        }
        watch.spawn("tenure-lease-verify", watch::verifyRepeatedly);
        return watch;
    }

    private void spawn(String name, Runnable body) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(body));
    }

    private void watchHangUp(LeaseConnection connection) {
        try {
            while (ended.getCount() > 0) {
                if (connection.awaitHangUp(POLL_MILLIS)) {
                    lost("the lease connection hung up: its daemon is gone");
                    return;
                }
            }
        } catch (IOException | RuntimeException | Error e) { // a watch never ends in silence
            lost("the lease connection cannot be watched: " + e);
        }
    }

    private void verifyRepeatedly() {
        try {
            while (!ended.await(verifyInterval.toNanos(), TimeUnit.NANOSECONDS)) {
                try {
                    leases.verify();
                } catch (LeaseLostException e) {
                    lost(String.valueOf(e.getMessage()));
                    return;
                } catch (RuntimeException | Error e) {
                    lost("the leases cannot be looked at any more: " + e);
                    return;
                } catch (IOException e) {
                    System.getLogger(LeaseWatch.class.getName())
                            .log(
                                    System.Logger.Level.WARNING,
                                    "the leases could not be read, and will be again: {0}",
                                    e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void lost(String why) {
        if (ended.getCount() > 0) {
            ended.countDown();
            onLost.accept(why);
        }
    }

    /** Ends the watch. Afterwards nothing is reported. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            ended.countDown();
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join(JOIN_LIMIT);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
