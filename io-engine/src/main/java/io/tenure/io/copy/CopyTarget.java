package io.tenure.io.copy;

import io.tenure.io.Zeroing;
import java.util.Objects;

/**
 * What the destination is before a copy, and what may become of its storage.
 *
 * @param state what it holds before the copy
 * @param zeroing how zeroes are brought to it; a preallocated destination keeps its storage
 *     whatever is said here
 * @param preallocate whether all of it gets storage before any data is written, and keeps it: a
 *     later write cannot run out of space. Where the device has no call for that, such as a block
 *     device, every zero of the source is brought to it instead, whatever it reads as already
 * @param offload whether it may share the source's storage
 */
public record CopyTarget(
        CopyPlan.DestinationState state, Zeroing zeroing, boolean preallocate, Offload offload) {

    /** Holds anything, may give storage back where the source has zeroes, and shares nothing. */
    public static final CopyTarget DEFAULT =
            new CopyTarget(
                    CopyPlan.DestinationState.UNKNOWN,
                    Zeroing.MAY_DEALLOCATE,
                    false,
                    Offload.NEVER);

    /** Checks the values. */
    public CopyTarget {
        Objects.requireNonNull(state);
        Objects.requireNonNull(zeroing);
        Objects.requireNonNull(offload);
        if (preallocate) {
            zeroing = Zeroing.KEEP_ALLOCATED;
        }
        if (preallocate && offload == Offload.ALWAYS) {
            throw new IllegalArgumentException(
                    "a destination that shares the source's storage cannot be preallocated");
        }
    }

    /**
     * This target with something known about its content.
     *
     * @param before what it holds before the copy
     * @return the new target
     */
    public CopyTarget withState(CopyPlan.DestinationState before) {
        return new CopyTarget(before, zeroing, preallocate, offload);
    }

    /**
     * This target with another way of zeroing.
     *
     * @param mode what may become of the storage behind zeroes
     * @return the new target
     */
    public CopyTarget withZeroing(Zeroing mode) {
        return new CopyTarget(state, mode, preallocate, offload);
    }

    /**
     * This target with or without storage for all of it.
     *
     * @param all whether everything gets storage first
     * @return the new target
     */
    public CopyTarget withPreallocate(boolean all) {
        return new CopyTarget(state, zeroing, all, offload);
    }

    /**
     * This target with another rule about sharing.
     *
     * @param rule whether it may share the source's storage
     * @return the new target
     */
    public CopyTarget withOffload(Offload rule) {
        return new CopyTarget(state, zeroing, preallocate, rule);
    }
}
