package io.tenure.lease;

import io.tenure.format.LeaseKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The lease managers of a process, one of each kind at most. Jobs that share one of these get a
 * lease in the order in which they came for it. Safe for use by many threads.
 *
 * <p>Owns the managers: closing it closes them.
 */
public final class LeaseManagers implements AutoCloseable {
    private final Map<LeaseKind, LeaseManager> byKind = new EnumMap<>(LeaseKind.class);

    private final LeaseQueue queue = new LeaseQueue();

    /**
     * Takes over the given managers.
     *
     * @param managers one of each kind at most
     * @throws IllegalArgumentException if two are of one kind
     */
    public LeaseManagers(List<LeaseManager> managers) {
        for (LeaseManager manager : managers) {
            if (byKind.put(manager.kind(), manager) != null) {
                throw new IllegalArgumentException("two managers for " + manager.kind());
            }
        }
    }

    /**
     * The manager that guards domains of a kind.
     *
     * @param kind as the domain's superblock records it
     * @return the manager
     * @throws LeasesUnavailableException if this process has none of that kind
     */
    public LeaseManager forKind(LeaseKind kind) throws LeasesUnavailableException {
        LeaseManager manager = byKind.get(kind);
        if (manager == null) {
            throw new LeasesUnavailableException(
                    "this process has no manager for "
                            + kind.name().toLowerCase(java.util.Locale.ROOT)
                            + " leases: give one to LeaseManagers");
        }
        return manager;
    }

    /** In which the holders of this process wait. */
    LeaseQueue queue() {
        return queue;
    }

    @Override
    public void close() {
        byKind.values().forEach(LeaseManager::close);
    }
}
