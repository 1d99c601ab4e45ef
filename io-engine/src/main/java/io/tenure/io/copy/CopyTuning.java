package io.tenure.io.copy;

import io.tenure.io.engine.EngineKind;
import java.util.Objects;

/**
 * How a copy makes its requests. Nothing here changes what the destination holds afterwards.
 *
 * @param engine what keeps the requests in flight
 * @param requestBytes the size of one request, a multiple of {@link CopyPlan#REQUEST_UNIT_BYTES},
 *     at most {@link CopyPlan#MAXIMUM_REQUEST_BYTES}
 * @param depth how many requests are in flight, 1 to {@link CopyPlan#MAXIMUM_DEPTH}
 * @param rateLimitBytesPerSecond how much data is read in a second, at least {@link
 *     RateLimiter#MINIMUM_LIMIT}; {@link RateLimiter#NO_LIMIT} for as fast as the devices can.
 *     Ranges that are known to read as zero do not count
 */
public record CopyTuning(
        EngineKind engine, int requestBytes, int depth, long rateLimitBytesPerSecond) {

    /** What was measured to be enough: the best engine, 6 requests of 2 MiB, no limit. */
    public static final CopyTuning DEFAULT =
            new CopyTuning(
                    EngineKind.AUTO,
                    CopyPlan.DEFAULT_REQUEST_BYTES,
                    CopyPlan.DEFAULT_DEPTH,
                    RateLimiter.NO_LIMIT);

    /** Checks the values. */
    public CopyTuning {
        Objects.requireNonNull(engine);
        if (requestBytes <= 0
                || requestBytes > CopyPlan.MAXIMUM_REQUEST_BYTES
                || requestBytes % CopyPlan.REQUEST_UNIT_BYTES != 0) {
            throw new IllegalArgumentException(
                    "request size %d: it must be a multiple of %d, at most %d"
                            .formatted(
                                    requestBytes,
                                    CopyPlan.REQUEST_UNIT_BYTES,
                                    CopyPlan.MAXIMUM_REQUEST_BYTES));
        }
        if (depth < 1 || depth > CopyPlan.MAXIMUM_DEPTH) {
            throw new IllegalArgumentException(
                    "depth %d: it must be 1 to %d".formatted(depth, CopyPlan.MAXIMUM_DEPTH));
        }
        RateLimiter.checkLimit(rateLimitBytesPerSecond);
    }

    /**
     * This tuning with another engine.
     *
     * @param kind what keeps the requests in flight
     * @return the new tuning
     */
    public CopyTuning withEngine(EngineKind kind) {
        return new CopyTuning(kind, requestBytes, depth, rateLimitBytesPerSecond);
    }

    /**
     * This tuning with another size of request.
     *
     * @param bytes the size of one request
     * @return the new tuning
     */
    public CopyTuning withRequestBytes(int bytes) {
        return new CopyTuning(engine, bytes, depth, rateLimitBytesPerSecond);
    }

    /**
     * This tuning with another depth.
     *
     * @param requests how many requests are in flight
     * @return the new tuning
     */
    public CopyTuning withDepth(int requests) {
        return new CopyTuning(engine, requestBytes, requests, rateLimitBytesPerSecond);
    }

    /**
     * This tuning with another rate limit.
     *
     * @param bytesPerSecond how much data is read in a second, or {@link RateLimiter#NO_LIMIT}
     * @return the new tuning
     */
    public CopyTuning withRateLimit(long bytesPerSecond) {
        return new CopyTuning(engine, requestBytes, depth, bytesPerSecond);
    }
}
