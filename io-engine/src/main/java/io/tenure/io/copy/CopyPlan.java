package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.Zeroing;
import java.util.Objects;

/**
 * What to copy, and how.
 *
 * <p>The source is copied to the beginning of the destination. What the destination has beyond the
 * source's end is made to read as zero. A source whose size is not a multiple of the destination's
 * alignment is padded with zeroes.
 *
 * @param source where to read
 * @param destination where to write; at least as large as the source
 * @param requestBytes the size of one request, a multiple of {@link #REQUEST_UNIT_BYTES} and of
 *     both devices' alignments, at most {@link #MAXIMUM_REQUEST_BYTES}
 * @param depth how many requests are in flight, 1 to {@link #MAXIMUM_DEPTH}
 * @param destinationState what the destination holds before the copy
 * @param zeroing how zeroes are brought to the destination
 */
public record CopyPlan(
        BlockDevice source,
        BlockDevice destination,
        int requestBytes,
        int depth,
        DestinationState destinationState,
        Zeroing zeroing) {

    /** What a destination holds before the copy. */
    public enum DestinationState {
        /** Anything: zeroes are brought to it where it does not say itself that it has a hole. */
        UNKNOWN,
        /** It reads as zero from end to end: zeroes of the source are not written. */
        READS_AS_ZERO
    }

    /** 1 MiB: measured, larger requests gain nothing and lengthen the wait of an abort. */
    public static final int DEFAULT_REQUEST_BYTES = 1 << 20;

    /**
     * 8: measured, enough for requests of 1 MiB, and few writes in flight bound the damage of a
     * late one.
     */
    public static final int DEFAULT_DEPTH = 8;

    /** 4 KiB: the largest sector in use, and the block that file systems tell extents by. */
    public static final int REQUEST_UNIT_BYTES = 4096;

    /** 16 MiB: beyond it a request only takes longer to give up. */
    public static final int MAXIMUM_REQUEST_BYTES = 16 << 20;

    /** 64: what is in flight when a job is aborted must end before its lease is released. */
    public static final int MAXIMUM_DEPTH = 64;

    /** Checks the values. */
    public CopyPlan {
        Objects.requireNonNull(source);
        Objects.requireNonNull(destination);
        Objects.requireNonNull(destinationState);
        Objects.requireNonNull(zeroing);
        if (source.equals(destination)) {
            throw new IllegalArgumentException("a device cannot be copied to itself");
        }
        int unitBytes = unitBytes(source, destination);
        if (requestBytes <= 0
                || requestBytes > MAXIMUM_REQUEST_BYTES
                || requestBytes % unitBytes != 0) {
            throw new IllegalArgumentException(
                    "request size %d: it must be a multiple of %d, at most %d"
                            .formatted(requestBytes, unitBytes, MAXIMUM_REQUEST_BYTES));
        }
        if (depth < 1 || depth > MAXIMUM_DEPTH) {
            throw new IllegalArgumentException(
                    "depth %d: it must be 1 to %d".formatted(depth, MAXIMUM_DEPTH));
        }
    }

    /**
     * A plan with the default sizes, for a destination whose content is not known, which may give
     * storage back where the source has zeroes.
     *
     * @param source where to read
     * @param destination where to write
     * @return the plan
     */
    public static CopyPlan of(BlockDevice source, BlockDevice destination) {
        return new CopyPlan(
                source,
                destination,
                DEFAULT_REQUEST_BYTES,
                DEFAULT_DEPTH,
                DestinationState.UNKNOWN,
                Zeroing.MAY_DEALLOCATE);
    }

    /**
     * This plan with another size of request.
     *
     * @param bytes the size of one request
     * @return the new plan
     */
    public CopyPlan withRequestBytes(int bytes) {
        return new CopyPlan(source, destination, bytes, depth, destinationState, zeroing);
    }

    /**
     * This plan with another depth.
     *
     * @param requests how many requests are in flight
     * @return the new plan
     */
    public CopyPlan withDepth(int requests) {
        return new CopyPlan(source, destination, requestBytes, requests, destinationState, zeroing);
    }

    /**
     * This plan for a destination of which something is known.
     *
     * @param state what the destination holds
     * @return the new plan
     */
    public CopyPlan withDestinationState(DestinationState state) {
        return new CopyPlan(source, destination, requestBytes, depth, state, zeroing);
    }

    /**
     * This plan with another way of zeroing.
     *
     * @param mode what may become of the storage behind zeroes
     * @return the new plan
     */
    public CopyPlan withZeroing(Zeroing mode) {
        return new CopyPlan(source, destination, requestBytes, depth, destinationState, mode);
    }

    /** What every piece of the copy begins at a multiple of, on both devices. */
    int unitBytes() {
        return unitBytes(source, destination);
    }

    private static int unitBytes(BlockDevice source, BlockDevice destination) {
        return Math.max(
                REQUEST_UNIT_BYTES,
                Math.max(alignment(source.geometry()), alignment(destination.geometry())));
    }

    private static int alignment(Geometry geometry) {
        return Math.max(geometry.offsetAlignment(), geometry.memoryAlignment());
    }
}
