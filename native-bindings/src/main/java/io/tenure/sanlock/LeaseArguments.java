package io.tenure.sanlock;

import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What acquire and release take and inquire gives, on any connection. */
final class LeaseArguments {
    /** In the daemon's list, with the space that follows it. */
    private static final long MAX_LEASE_BYTES = SanlockConstants.SANLK_MAX_RES_STR + 1L;

    private LeaseArguments() {}

    static void check(List<LeaseClaim> claims, String ownerName) {
        if (claims.isEmpty() || claims.size() > SanlockConstants.SANLK_MAX_RESOURCES) {
            throw new IllegalArgumentException(
                    "one acquire takes 1 to "
                            + SanlockConstants.SANLK_MAX_RESOURCES
                            + " resources, not "
                            + claims.size());
        }
        AreaGeometry.checkLength("the owner name", ownerName, 0);
    }

    static List<Resource> resources(List<LeaseClaim> claims) {
        return claims.stream().map(LeaseClaim::resource).toList();
    }

    /** For messages. */
    static String describe(List<Resource> resources) {
        return resources.size() == 1 ? resources.get(0).toString() : resources.toString();
    }

    static MemorySegment claims(Arena arena, List<LeaseClaim> claims) {
        return Structs.pointers(
                arena, claims.stream().map(claim -> Structs.claim(arena, claim)).toList());
    }

    static MemorySegment resources(Arena arena, List<Resource> resources) {
        return Structs.pointers(
                arena, resources.stream().map(each -> Structs.resource(arena, each)).toList());
    }

    /** Releases in groups of 8, the most that the daemon survives, and tries each. */
    static void release(List<Resource> resources, GroupRelease release) throws SanlockException {
        @Nullable SanlockException failure = null;
        for (int from = 0; from < resources.size(); ) {
            int to = Math.min(from + SanlockConstants.SANLK_MAX_RESOURCES, resources.size());
            try {
                release.release(resources.subList(from, to));
            } catch (SanlockException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
            from = to;
        }
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Reads and frees what inquire gave.
     *
     * @param rv what it returned
     * @param count the int that it was given
     * @param state the pointer that it was given
     */
    static List<HeldLease> held(int rv, MemorySegment count, MemorySegment state) {
        MemorySegment text = state.get(ValueLayout.ADDRESS, 0);
        try {
            if (rv < 0 || text.address() == 0) {
                return List.of();
            }
            long maxBytes = count.get(ValueLayout.JAVA_INT, 0) * MAX_LEASE_BYTES + 1;
            return HeldLeaseParser.parse(ForeignMemory.string(text, maxBytes));
        } finally {
            ForeignMemory.free(text);
        }
    }

    /** One call of the library, for at most eight resources. */
    interface GroupRelease {
        void release(List<Resource> group) throws SanlockException;
    }
}
