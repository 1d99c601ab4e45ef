package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.TenureIoException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one copy carries out: plans that need the same of one source, for destinations of one size.
 *
 * @param all at least one
 */
record CopyPlans(List<CopyPlan> all) {
    CopyPlans {
        all = List.copyOf(all);
        CopyPlan first = all.getFirst();
        for (CopyPlan each : all) {
            boolean alike =
                    each.source().equals(first.source())
                            && each.tuning().equals(first.tuning())
                            && each.check() == first.check()
                            && sizeBytes(each) == sizeBytes(first);
            if (!alike || (all.size() > 1 && each.target().offload() != Offload.NEVER)) {
                throw new IllegalArgumentException(
                        "a copy to several devices has one source, tuning, check and size, and"
                                + " shares no storage: %s, %s".formatted(first, each));
            }
        }
    }

    static CopyPlans of(CopyPlan plan) {
        return new CopyPlans(List.of(plan));
    }

    private static long sizeBytes(CopyPlan plan) {
        return plan.destination().geometry().sizeBytes();
    }

    CopyPlan first() {
        return all.getFirst();
    }

    /** The size of each destination. */
    long sizeBytes() {
        return sizeBytes(first());
    }

    /** The size of all destinations together. */
    long allBytes() {
        return Math.multiplyExact(sizeBytes(), all.size());
    }

    /** What every piece of the copy begins at a multiple of, on all devices. */
    int unitBytes() {
        int unitBytes = first().unitBytes();
        for (CopyPlan each : all) {
            unitBytes = Math.max(unitBytes, each.unitBytes());
        }
        return unitBytes;
    }

    /** The source, and the destinations. */
    List<BlockDevice> devices() {
        List<BlockDevice> devices = new ArrayList<>();
        devices.add(first().source());
        for (CopyPlan each : all) {
            devices.add(each.destination());
        }
        return devices;
    }

    /** Checks that every destination has room, and can be written to its end. */
    void checkSizes() throws TenureIoException {
        BlockDevice source = first().source();
        long sourceBytes = source.geometry().sizeBytes();
        for (CopyPlan each : all) {
            BlockDevice destination = each.destination();
            Geometry geometry = destination.geometry();
            if (geometry.sizeBytes() < sourceBytes) {
                throw refused(
                        destination,
                        "it has %d bytes, but %s has %d"
                                .formatted(geometry.sizeBytes(), source.name(), sourceBytes));
            }
            if (!geometry.isAligned(geometry.sizeBytes())) {
                throw refused(
                        destination,
                        "its size of %d bytes is not a multiple of %d, so its end cannot be written"
                                .formatted(geometry.sizeBytes(), geometry.offsetAlignment()));
            }
        }
    }

    private static TenureIoException refused(BlockDevice destination, String why) {
        return new TenureIoException(
                "copy to", destination.name(), TenureIoException.NO_ERRNO, why);
    }
}
