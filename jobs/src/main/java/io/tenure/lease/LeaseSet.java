package io.tenure.lease;

import io.tenure.domain.LeaseArea;
import io.tenure.format.LeaseKind;
import io.tenure.jobs.internal.TryAll;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All the leases of one job: acquired in one order, all or none, released in reverse.
 *
 * <p>Owned by the job's thread; {@link #verify} and {@link #connections} are for its {@link
 * LeaseWatch} as well.
 */
public final class LeaseSet implements AutoCloseable {
    private final Map<LeaseKind, LeaseConnection> connections = new EnumMap<>(LeaseKind.class);
    private final Deque<VolumeLease> held = new ArrayDeque<>();

    private LeaseSet() {}

    /**
     * Acquires leases, sorted, each once. Whoever came earlier for one of them, by the same
     * managers, gets it first.
     *
     * @param managers where they come from
     * @param claims what is needed
     * @param label names the holder to people
     * @param wait for how long to try again while one is held elsewhere, or this host is just
     *     joining; between two tries nothing is held
     * @return the leases, all of them
     * @throws LeaseConflictException before anything is acquired, if a lease is claimed in two
     *     modes
     * @throws LeaseHeldException if one is still held elsewhere when the wait is over
     * @throws HostJoiningException if this host has not come in when the wait is over
     * @throws IOException for any other failure; nothing is held then
     */
    public static LeaseSet acquire(
            LeaseManagers managers, Collection<LeaseClaim> claims, String label, LeaseWait wait)
            throws IOException {
        List<LeaseClaim> ordered = LeaseClaim.inOrder(claims);
        LeaseSet set = new LeaseSet();
        try {
            for (LeaseClaim claim : ordered) {
                LeaseKind kind = claim.area().kind();
                if (!set.connections.containsKey(kind)) {
                    set.connections.put(kind, managers.forKind(kind).connect(label));
                }
            }
            try (LeaseQueue.Place place = managers.queue().join(ordered)) {
                set.acquireWithin(managers, ordered, place, wait);
            }
            return set;
        } catch (IOException | RuntimeException | Error e) {
            closeAfter(set, e);
            throw e;
        }
    }

    private void acquireWithin(
            LeaseManagers managers,
            List<LeaseClaim> ordered,
            LeaseQueue.Place place,
            LeaseWait wait)
            throws IOException {
        long start = wait.clock().nanoTime();
        while (true) {
            LeaseException notNow;
            Optional<LeaseArea> wantedBefore = place.wantedBefore();
            if (wantedBefore.isEmpty()) {
                try {
                    acquireAll(ordered);
                    return;
                } catch (LeaseHeldException | HostJoiningException e) {
                    notNow = e;
                }
            } else {
                notNow = waitedFor(wantedBefore.get());
            }
            long waitedNanos = wait.clock().nanoTime() - start;
            if (wait.cancelled().getAsBoolean() || waitedNanos >= wait.limit().toNanos()) {
                throw wantedBefore.isEmpty() ? notNow : named(managers, wantedBefore.get());
            }
            pause(wait, notNow);
        }
    }

    private static LeaseHeldException waitedFor(LeaseArea area) {
        return new LeaseHeldException(
                area + " is waited for by an earlier job of this process; try again later");
    }

    /** With the holder for whom the earlier one waits. */
    private static LeaseHeldException named(LeaseManagers managers, LeaseArea area)
            throws IOException {
        String holder =
                switch (managers.forKind(area.kind()).inspect(area)) {
                    case LeaseState.Held(var owners) ->
                            "held by "
                                    + String.join(
                                            " and ",
                                            owners.stream().map(LeaseOwner::description).toList());
                    case LeaseState.Free() -> "free just now";
                    case LeaseState.Unknown(var why) -> "in a state that cannot be told: " + why;
                };
        return new LeaseHeldException(
                area
                        + " is waited for by an earlier job of this process, and is "
                        + holder
                        + "; try again later");
    }

    private static void pause(LeaseWait wait, LeaseException notNow) throws IOException {
        try {
            wait.clock().sleep(wait.interval());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            IOException interrupted =
                    new InterruptedIOException("interrupted while waiting: " + notNow.getMessage());
            interrupted.addSuppressed(notNow);
            throw interrupted;
        }
    }

    private void acquireAll(List<LeaseClaim> ordered) throws IOException {
        try {
            for (LeaseClaim claim : ordered) {
                LeaseConnection connection = connections.get(claim.area().kind());
                if (connection == null) {
                    throw new IllegalStateException("no connection for " + claim);
                }
                held.push(connection.acquire(claim.area(), claim.mode()));
            }
        } catch (IOException | RuntimeException e) {
            try {
                releaseAll();
            } catch (IOException release) {
                e.addSuppressed(release);
            }
            throw e;
        }
    }

    /**
     * Makes this holder known on storage as that of its exclusive leases, before the first write of
     * the work.
     *
     * @throws IOException if storage could not be written
     */
    public void sign() throws IOException {
        for (VolumeLease lease : held()) {
            lease.sign();
        }
    }

    /**
     * Whether every lease is still this holder's, see {@link VolumeLease#verify}.
     *
     * @return a lease that another host asks for; empty if there is none
     * @throws LeaseLostException if one is not ours any more
     * @throws IOException if storage could not be read
     */
    public Optional<LeaseArea> verify() throws IOException {
        Optional<LeaseArea> wanted = Optional.empty();
        for (VolumeLease lease : held()) {
            try {
                if (lease.verify().wantedElsewhere()) {
                    wanted = Optional.of(lease.area());
                }
            } catch (LeaseLostException e) {
                if (isHeld(lease)) { // not one that was let go while storage was read
                    throw e;
                }
            }
        }
        return wanted;
    }

    /**
     * The connections that hold the leases.
     *
     * @return one for each kind of lease in the set
     */
    public List<LeaseConnection> connections() {
        return List.copyOf(connections.values());
    }

    /**
     * The files that hold the leases, see {@link LeaseConnection#descriptors}.
     *
     * @return all of them; empty if those of one connection are not known, since binding to the
     *     others would promise too much
     */
    public List<Integer> descriptors() {
        List<Integer> all = new ArrayList<>();
        for (LeaseConnection connection : connections.values()) {
            List<Integer> some = connection.descriptors();
            if (some.isEmpty()) {
                return List.of();
            }
            all.addAll(some);
        }
        return all;
    }

    /**
     * Lets one lease go before the others.
     *
     * @param area which
     * @throws LeaseReleaseException if it could not be released cleanly
     */
    public void release(LeaseArea area) throws LeaseReleaseException {
        VolumeLease found = null;
        synchronized (held) {
            for (VolumeLease lease : held) {
                if (lease.area().equals(area)) {
                    found = lease;
                }
            }
            if (found == null) {
                return;
            }
            held.remove(found);
        }
        found.release();
    }

    /**
     * Lets all leases go, in the reverse of the order in which they were acquired. All are tried.
     *
     * @throws IOException the first failure, with the others suppressed
     */
    public void releaseAll() throws IOException {
        TryAll all = new TryAll();
        while (true) {
            VolumeLease lease;
            synchronized (held) {
                lease = held.poll();
            }
            if (lease == null) {
                break;
            }
            all.run(lease::release);
        }
        all.throwFirst();
    }

    /**
     * Releases what is still held and ends the connections.
     *
     * @throws IOException the first failure, with the others suppressed; the leases are free all
     *     the same once their connection is closed
     */
    @Override
    public void close() throws IOException {
        TryAll all = new TryAll();
        all.run(this::releaseAll);
        connections.values().forEach(connection -> all.run(connection::close));
        connections.clear();
        all.throwFirst();
    }

    /** Whether a lease of this set has not been let go yet. */
    boolean isHeld(VolumeLease lease) {
        synchronized (held) {
            return held.contains(lease);
        }
    }

    /** The leases that are held at this moment, the last acquired first. */
    List<VolumeLease> held() {
        synchronized (held) {
            return new ArrayList<>(held);
        }
    }

    private static void closeAfter(LeaseSet set, Throwable cause) {
        try {
            set.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
