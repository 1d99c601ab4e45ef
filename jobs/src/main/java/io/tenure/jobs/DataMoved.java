package io.tenure.jobs;

import io.tenure.io.engine.EngineKind;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a job's work did to data.
 *
 * @param bytesCopied bytes of data written
 * @param bytesZeroed bytes that read as zero, whether they had to be written or not
 * @param bytesShared bytes that share the source's storage, holes among them
 * @param checksum the CRC-32C of the source's content, holes as zeroes; empty if none was asked for
 * @param bytesVerified how much was read back after the flush and found to be what was copied
 * @param engine what kept the requests in flight; empty if there was no engine
 */
public record DataMoved(
        long bytesCopied,
        long bytesZeroed,
        long bytesShared,
        OptionalInt checksum,
        long bytesVerified,
        Optional<EngineKind> engine) {
    /** Of a job that moved none, or has not yet. */
    public static final DataMoved NONE =
            new DataMoved(0, 0, 0, OptionalInt.empty(), 0, Optional.empty());

    /**
     * Of a job that only zeroed.
     *
     * @param bytes how much
     * @return what it did
     */
    public static DataMoved zeroed(long bytes) {
        return new DataMoved(0, bytes, 0, OptionalInt.empty(), 0, Optional.empty());
    }

    /**
     * Of a job that moves data more than once.
     *
     * @param more what it did next
     * @return the sums; the checksum if both have the same, and the engine of what came next
     */
    public DataMoved and(DataMoved more) {
        return new DataMoved(
                bytesCopied + more.bytesCopied,
                bytesZeroed + more.bytesZeroed,
                bytesShared + more.bytesShared,
                checksum.equals(more.checksum) ? checksum : OptionalInt.empty(),
                bytesVerified + more.bytesVerified,
                more.engine);
    }

    /**
     * How much of the destination is as it is to be: copied, zeroed or shared.
     *
     * @return bytes
     */
    public long bytesSettled() {
        return bytesCopied + bytesZeroed + bytesShared;
    }
}
