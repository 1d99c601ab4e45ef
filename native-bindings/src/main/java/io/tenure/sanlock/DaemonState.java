package io.tenure.sanlock;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What everybody in this process who talks to one daemon shares: how many may ask at once, which
 * lockspaces were marked as used, and whose turn it is at a lockspace's indexes. A daemon is known
 * by its run folder, however many copies of the library lead there.
 */
final class DaemonState {
    /** {@code DEFAULT_RUN_DIR} of sanlock. */
    private static final String DEFAULT_RUN_DIRECTORY = "/run/sanlock";

    private static final Map<Path, DaemonState> DAEMONS = new ConcurrentHashMap<>();

    private final WorkerGate gate = new WorkerGate();
    private final Set<String> usedLockspaces = ConcurrentHashMap.newKeySet();
    private final Set<Lockspace> leaving = ConcurrentHashMap.newKeySet();
    private final Map<String, ReentrantLock> indexTurns = new ConcurrentHashMap<>();

    private DaemonState() {}

    /** Null for the daemon of this host. */
    static DaemonState of(@Nullable Path runDirectory) {
        Path folder =
                runDirectory == null
                        ? Path.of(
                                Optional.ofNullable(System.getenv("SANLOCK_RUN_DIR"))
                                        .orElse(DEFAULT_RUN_DIRECTORY))
                        : runDirectory;
        return DAEMONS.computeIfAbsent(
                folder.toAbsolutePath().normalize(), absent -> new DaemonState());
    }

    WorkerGate gate() {
        return gate;
    }

    /** Names of lockspaces that this process marked as used and has not unmarked. */
    Set<String> usedLockspaces() {
        return usedLockspaces;
    }

    /**
     * What this process has asked to leave and is not left yet. The daemon still calls it joined
     * while it kills lease holders, and for up to a second when there are none.
     */
    Set<Lockspace> leaving() {
        return leaving;
    }

    /** The daemon refuses a second index operation in a lockspace; here it waits its turn. */
    ReentrantLock indexTurn(String lockspace) {
        return indexTurns.computeIfAbsent(lockspace, absent -> new ReentrantLock(true));
    }
}
