package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.Zeroing;
import io.tenure.io.engine.EngineKind;
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
 * @param tuning how requests are made; their size is a multiple of both devices' alignments
 * @param target what the destination is, and what may become of its storage
 * @param check what is made sure of besides
 */
public record CopyPlan(
        BlockDevice source,
        BlockDevice destination,
        CopyTuning tuning,
        CopyTarget target,
        Check check) {

    /** What a destination holds before the copy. */
    public enum DestinationState {
        /** Anything: zeroes are brought to it where it does not say itself that it has a hole. */
        UNKNOWN,
        /** It reads as zero from end to end: zeroes of the source are not written. */
        READS_AS_ZERO
    }

    /** What a copy makes sure of. */
    public enum Check {
        /** That no device reported an error. */
        NONE,
        /** Besides, the CRC-32C of what was read is computed, see {@link CopyResult#checksum}. */
        CHECKSUM,
        /**
         * Besides, the destination is read back and compared with the checksums, see {@link
         * Copier#verify}.
         */
        VERIFY
    }

    /**
     * 2 MiB, a huge page: measured, a tenth less CPU than with 1 MiB; still larger requests gain
     * little and lengthen the wait of an abort.
     */
    public static final int DEFAULT_REQUEST_BYTES = 2 << 20;

    /**
     * 6: measured, enough for requests of 2 MiB, and few writes in flight bound the damage of a
     * late one.
     */
    public static final int DEFAULT_DEPTH = 6;

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
        Objects.requireNonNull(tuning);
        Objects.requireNonNull(target);
        Objects.requireNonNull(check);
        if (source.equals(destination)) {
            throw new IllegalArgumentException("a device cannot be copied to itself");
        }
        int unitBytes = unitBytes(source, destination);
        if (tuning.requestBytes() % unitBytes != 0) {
            throw new IllegalArgumentException(
                    "request size %d: for these devices it must be a multiple of %d"
                            .formatted(tuning.requestBytes(), unitBytes));
        }
        if (target.offload() == Offload.ALWAYS && check != Check.NONE) {
            throw new IllegalArgumentException(
                    "nothing is read when storage is shared, so that nothing can be checked");
        }
    }

    /**
     * A plan with the defaults: {@link CopyTuning#DEFAULT}, {@link CopyTarget#DEFAULT}, no check.
     *
     * @param source where to read
     * @param destination where to write
     * @return the plan
     */
    public static CopyPlan of(BlockDevice source, BlockDevice destination) {
        return new CopyPlan(
                source, destination, CopyTuning.DEFAULT, CopyTarget.DEFAULT, Check.NONE);
    }

    /**
     * This plan with another device to read from.
     *
     * @param other where to read
     * @return the new plan
     */
    public CopyPlan withSource(BlockDevice other) {
        return new CopyPlan(other, destination, tuning, target, check);
    }

    /**
     * This plan with another way of making requests.
     *
     * @param how how requests are made
     * @return the new plan
     */
    public CopyPlan withTuning(CopyTuning how) {
        return new CopyPlan(source, destination, how, target, check);
    }

    /**
     * This plan for another kind of target.
     *
     * @param kind what the destination is
     * @return the new plan
     */
    public CopyPlan withTarget(CopyTarget kind) {
        return new CopyPlan(source, destination, tuning, kind, check);
    }

    /**
     * This plan with another check.
     *
     * @param what what is made sure of
     * @return the new plan
     */
    public CopyPlan withCheck(Check what) {
        return new CopyPlan(source, destination, tuning, target, what);
    }

    /**
     * This plan with another engine.
     *
     * @param kind what keeps the requests in flight
     * @return the new plan
     */
    public CopyPlan withEngine(EngineKind kind) {
        return withTuning(tuning.withEngine(kind));
    }

    /**
     * This plan with another size of request.
     *
     * @param bytes the size of one request
     * @return the new plan
     */
    public CopyPlan withRequestBytes(int bytes) {
        return withTuning(tuning.withRequestBytes(bytes));
    }

    /**
     * This plan with another depth.
     *
     * @param requests how many requests are in flight
     * @return the new plan
     */
    public CopyPlan withDepth(int requests) {
        return withTuning(tuning.withDepth(requests));
    }

    /**
     * This plan with another rate limit.
     *
     * @param bytesPerSecond how much data is read in a second, or {@link RateLimiter#NO_LIMIT}
     * @return the new plan
     */
    public CopyPlan withRateLimit(long bytesPerSecond) {
        return withTuning(tuning.withRateLimit(bytesPerSecond));
    }

    /**
     * This plan for a destination of which something is known.
     *
     * @param state what the destination holds
     * @return the new plan
     */
    public CopyPlan withDestinationState(DestinationState state) {
        return withTarget(target.withState(state));
    }

    /**
     * This plan with another way of zeroing.
     *
     * @param mode what may become of the storage behind zeroes
     * @return the new plan
     */
    public CopyPlan withZeroing(Zeroing mode) {
        return withTarget(target.withZeroing(mode));
    }

    /**
     * This plan with or without storage for all of the destination.
     *
     * @param all whether everything gets storage first, and keeps it
     * @return the new plan
     */
    public CopyPlan withPreallocate(boolean all) {
        return withTarget(target.withPreallocate(all));
    }

    /**
     * This plan with another rule about sharing storage.
     *
     * @param rule whether the destination may share the source's storage
     * @return the new plan
     */
    public CopyPlan withOffload(Offload rule) {
        return withTarget(target.withOffload(rule));
    }

    /**
     * The size of one request.
     *
     * @return bytes, as in {@link #tuning}
     */
    public int requestBytes() {
        return tuning.requestBytes();
    }

    /**
     * How many requests are in flight.
     *
     * @return the count, as in {@link #tuning}
     */
    public int depth() {
        return tuning.depth();
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
