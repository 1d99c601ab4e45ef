package io.tenure.lease;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** The leases of one job under a {@link LeaseWatch}, until it is closed. */
public final class WatchedLeases implements LeaseWatcher.Watched {
    private final LeaseWatch watch;
    private final LeaseSet leases;
    private final LeaseListener listener;
    private final Set<HostRenewal> renewals = new LinkedHashSet<>();
    private final Set<Path> paths = new LinkedHashSet<>();
    private boolean toldWanted; // guarded by this
    private boolean ended; // guarded by this

    WatchedLeases(LeaseWatch watch, LeaseSet leases, LeaseListener listener) {
        this.watch = watch;
        this.leases = leases;
        this.listener = listener;
        for (VolumeLease lease : leases.held()) {
            lease.renewal().ifPresent(renewals::add);
            paths.add(lease.area().path());
        }
    }

    /** The host ids that stand behind the leases. */
    Set<HostRenewal> renewals() {
        return renewals;
    }

    /** The control areas on which they lie. */
    Set<Path> paths() {
        return paths;
    }

    void lookForHangUp() {
        try {
            for (LeaseConnection connection : leases.connections()) {
                if (connection.awaitHangUp(0)) {
                    lost("the lease connection hung up: its daemon is gone");
                }
            }
        } catch (IOException | RuntimeException | Error e) { // a watch never ends in silence
            lost("the lease connection cannot be watched: " + e);
        }
    }

    void lookAtLeases(Path path) {
        for (VolumeLease lease : leases.held()) {
            if (lease.area().path().equals(path)) {
                check(
                        lease,
                        "the leader record of " + lease.area() + " could not be read",
                        () -> {
                            if (lease.verifyOnStorage().wantedElsewhere()) {
                                wanted("another host asks for " + lease.area());
                            }
                        });
            }
        }
    }

    void askGrantor() {
        for (VolumeLease lease : leases.held()) {
            check(
                    lease,
                    "the grantor of " + lease.area() + " could not be asked",
                    lease::verifyAtGrantor);
        }
    }

    /** Nothing counts of a lease that is let go meanwhile. */
    private void check(VolumeLease lease, String trouble, Check check) {
        try {
            check.run();
        } catch (LeaseLostException e) {
            if (leases.isHeld(lease)) {
                lost(String.valueOf(e.getMessage()));
            }
        } catch (IOException e) {
            if (leases.isHeld(lease) && !hasEnded()) {
                LeaseWatch.log(Level.WARNING, trouble + ", and will be again: " + e.getMessage());
            }
        } catch (RuntimeException | Error e) { // a watch never ends in silence
            if (leases.isHeld(lease)) {
                lost(lease.area() + " cannot be looked at any more: " + e);
            }
        }
    }

    private synchronized boolean hasEnded() {
        return ended;
    }

    void lost(String why) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            listener.lost(why);
        }
        watch.remove(this);
    }

    private synchronized void wanted(String why) {
        if (!ended && !toldWanted) {
            toldWanted = true;
            listener.wanted(why);
        }
    }

    /** Ends the watch over these leases. Afterwards nothing is reported. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            ended = true;
        }
        watch.remove(this);
    }

    /** A look at a lease. */
    private interface Check {
        void run() throws IOException;
    }
}
