package io.tenure.lease;

import io.tenure.domain.Clock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Watches the leases of all jobs of a process while they work. A loss is told once to the job
 * concerned, which closes its gates. It looks at four things:
 *
 * <ul>
 *   <li>whether a connection hung up, the only sign of a dead daemon: 100 times a second;
 *   <li>how old the last renewal of the host id is that stands behind the leases. Storage that does
 *       not answer, a daemon that is stopped, and a process that was stopped itself all let it
 *       grow, and before the leases can expire it is too old, see {@link HostRenewal#limit};
 *   <li>the leases' leader records as they stand on storage, every few seconds, which alone show
 *       that a machine was resumed after others had taken over;
 *   <li>whether the daemon still lists the leases as held by the job, as often.
 * </ul>
 *
 * <p>One thread does the first two and never waits for anything. One for each control area reads
 * storage, and may hang with it: then no renewal is seen, and the first thread closes the gates in
 * time. One asks the daemons. They run only while there is something to watch. Storage that cannot
 * be read, or a daemon that gives no answer, is no loss by itself: the renewal's age decides for
 * how long that may last, and the look before a commit must succeed.
 *
 * <p>Safe for use by many threads.
 */
public final class LeaseWatch implements LeaseWatcher, AutoCloseable {
    private static final String THREAD = "tenure-lease-";

    /** A tenth of the time within which a gate must close after its daemon's death. */
    private static final Duration HANG_UP_INTERVAL = Duration.ofMillis(10);

    /** Three looks fall between two renewals, so that an age is told a sixth too high at most. */
    private static final int RENEWAL_LOOKS_PER_LIMIT = 14;

    /** How long to wait at the end for a thread that is stuck in a read of hung storage. */
    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    /** Whatever clock the jobs have, leases expire in the system's time. */
    private final Clock clock = Clock.SYSTEM;

    private final Duration interval;
    private final Set<WatchedLeases> watched = new LinkedHashSet<>(); // guarded by this
    private final Map<HostRenewal, RenewalAge> renewals = new HashMap<>(); // guarded by this
    private final Map<Object, Thread> threads = new HashMap<>(); // guarded by this
    private boolean closed; // guarded by this

    /**
     * Creates a watch that has nothing to do yet.
     *
     * @param interval how often the leases' leader records are read, and the daemon is asked
     */
    public LeaseWatch(Duration interval) {
        this.interval = interval;
    }

    /**
     * Begins to watch the leases of one job.
     *
     * @param leases what to watch; must stay open until their watch is closed
     * @param listener is told of a loss; called on a thread of the watch, must not block
     * @return the watch over these
     * @throws IllegalStateException if this watch is closed
     */
    @Override
    public synchronized WatchedLeases watch(LeaseSet leases, LeaseListener listener) {
        if (closed) {
            throw new IllegalStateException("the watch is closed");
        }
        WatchedLeases added = new WatchedLeases(this, leases, listener);
        watched.add(added);
        for (HostRenewal renewal : added.renewals()) {
            renewals.computeIfAbsent(renewal, _ -> new RenewalAge(clock.nanoTime()));
        }
        BooleanSupplier any = () -> !watched.isEmpty();
        repeat("hangup", any, () -> HANG_UP_INTERVAL, this::lookForHangUpsAndAges);
        repeat("grantor", any, () -> interval, this::askGrantors);
        for (Path path : added.paths()) {
            StorageRounds rounds = new StorageRounds(path);
            repeat(path, rounds::isNeeded, rounds::pause, rounds::look);
        }
        notifyAll(); // a pause may have become shorter
        return added;
    }

    synchronized void remove(WatchedLeases ended) {
        watched.remove(ended);
        Set<HostRenewal> needed = new HashSet<>();
        watched.forEach(other -> needed.addAll(other.renewals()));
        renewals.keySet().retainAll(needed);
        notifyAll();
    }

    private synchronized List<WatchedLeases> all() {
        return new ArrayList<>(watched);
    }

    private synchronized Map<HostRenewal, RenewalAge> ages() {
        return new HashMap<>(renewals);
    }

    /** On a thread of its own, unless there is one; as long as it is needed. */
    private void repeat(
            Object key, BooleanSupplier isNeeded, Supplier<Duration> pause, Runnable round) {
        String name = THREAD + (key instanceof Path ? "storage" : key);
        threads.computeIfAbsent(
                key,
                _ ->
                        Thread.ofPlatform()
                                .name(name)
                                .daemon()
                                .start(() -> {
                                    while (pauseOrEnd(key, isNeeded, pause)) {
                                        round.run();
                                    }
                                }));
    }

    private synchronized boolean pauseOrEnd(
            Object key, BooleanSupplier isNeeded, Supplier<Duration> pause) {
        long beginNanos = clock.nanoTime();
        while (isNeeded.getAsBoolean()) {
            long leftNanos = pause.get().toNanos() - (clock.nanoTime() - beginNanos);
            if (leftNanos <= 0) {
                return true;
            }
            try {
                wait(leftNanos / 1_000_000 + 1);
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt it, and the leases must be watched all the same.
                log(Level.WARNING, "interrupted, and watching on: " + e);
            }
        }
        threads.remove(key);
        return false;
    }

    private void lookForHangUpsAndAges() {
        Map<HostRenewal, RenewalAge> ages = ages();
        for (WatchedLeases each : all()) {
            each.lookForHangUp();
            for (HostRenewal renewal : each.renewals()) {
                RenewalAge age = ages.get(renewal);
                long nanos = age == null ? 0 : age.nanos(clock.nanoTime());
                if (nanos >= renewal.limit().toNanos()) {
                    each.lost(
                            "no renewal of this host's id was seen on storage for %.1f s:"
                                            .formatted(nanos / 1e9)
                                    + " storage or the daemon does not answer, or this process was"
                                    + " stopped; its leases count as lost after "
                                    + renewal.limit().toSeconds()
                                    + " s");
                }
            }
        }
    }

    private void askGrantors() {
        all().forEach(WatchedLeases::askGrantor);
    }

    /** What is looked at again and again on one control area. */
    private final class StorageRounds {
        private final Path path;
        private long leasesReadNanos = clock.nanoTime();

        StorageRounds(Path path) {
            this.path = path;
        }

        /** Called under the lock of the watch, as is {@link #pause}. */
        boolean isNeeded() {
            return watched.stream().anyMatch(each -> each.paths().contains(path));
        }

        Duration pause() {
            Duration shortest = interval;
            for (HostRenewal renewal : renewals.keySet()) {
                Duration own = renewal.limit().dividedBy(RENEWAL_LOOKS_PER_LIMIT);
                if (renewal.path().equals(path) && own.compareTo(shortest) < 0) {
                    shortest = own;
                }
            }
            return shortest;
        }

        void look() {
            ages().forEach((renewal, age) -> {
                if (renewal.path().equals(path)) {
                    lookAt(renewal, age);
                }
            });
            long nowNanos = clock.nanoTime();
            if (nowNanos - leasesReadNanos >= interval.toNanos()) {
                leasesReadNanos = nowNanos;
                all().forEach(each -> each.lookAtLeases(path));
            }
        }

        private void lookAt(HostRenewal renewal, RenewalAge age) {
            try {
                long beginNanos = clock.nanoTime();
                age.seen(beginNanos, renewal.read());
            } catch (LeaseLostException e) {
                lostAll(renewal, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                log(Level.WARNING, "the renewal could not be read, and will be again: " + e);
            } catch (RuntimeException | Error e) { // a watch never ends in silence
                lostAll(renewal, "the host id cannot be looked at any more: " + e);
            }
        }

        private void lostAll(HostRenewal renewal, String why) {
            for (WatchedLeases each : all()) {
                if (each.renewals().contains(renewal)) {
                    each.lost(why);
                }
            }
        }
    }

    static void log(Level level, String message) {
        System.getLogger(LeaseWatch.class.getName()).log(level, message);
    }

    /**
     * Ends the watch; nothing is reported afterwards. Waits some seconds for a look in progress.
     * Idempotent.
     */
    @Override
    public void close() {
        List<Thread> running;
        synchronized (this) {
            closed = true;
            running = new ArrayList<>(threads.values());
        }
        all().forEach(WatchedLeases::close);
        long deadlineNanos = clock.nanoTime() + END_LIMIT.toNanos();
        boolean interrupted = false;
        for (Thread thread : running) {
            try {
                thread.join(Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
