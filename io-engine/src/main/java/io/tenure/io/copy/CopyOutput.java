package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.Zeroing;

/**
 * One destination of a copy.
 *
 * @param device where to write
 * @param zeroing what may become of the storage behind zeroes
 * @param map what is known about it
 * @param zeroRuns what waits to be zeroed there
 */
record CopyOutput(BlockDevice device, Zeroing zeroing, DestinationMap map, ZeroRuns zeroRuns) {
    /** The destination of a plan, for a loop with so many slots. */
    static CopyOutput of(CopyPlan plan, DestinationMap map, int slotCount) {
        return new CopyOutput(
                plan.destination(),
                plan.target().zeroing(),
                map,
                // More than half taken makes room before the completions of one round can fill the
                // rest.
                new ZeroRuns(2 * (slotCount + 1), Zeroer.STEP_BYTES));
    }
}
