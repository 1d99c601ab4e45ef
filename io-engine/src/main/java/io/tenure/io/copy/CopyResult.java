package io.tenure.io.copy;

import java.util.OptionalInt;

/**
 * What a copy did. The first three counts together are the size of the destination; of a copy to
 * several all counts are sums over them.
 *
 * @param bytesCopied bytes that were written from buffers: data, the zeroes among it, and the
 *     padding of an unaligned end
 * @param bytesZeroed bytes that were zeroed, or left alone because they read as zero already
 * @param bytesShared bytes that share the source's storage, see {@link Offload}; holes of the
 *     source count with them. 0 if the copy was not offloaded
 * @param checksum the CRC-32C of the source's content from its beginning to its end, holes as
 *     zeroes, as any program computes it over the file; empty if none was asked for
 * @param bytesVerified how much of the destination was compared with the checksums after the flush:
 *     its whole size, or 0 before {@link Copier#verify} or if that was not asked for
 */
public record CopyResult(
        long bytesCopied,
        long bytesZeroed,
        long bytesShared,
        OptionalInt checksum,
        long bytesVerified) {

    CopyResult withVerified(long bytes) {
        return new CopyResult(bytesCopied, bytesZeroed, bytesShared, checksum, bytes);
    }

    /**
     * Whether the file system did the copy by itself.
     *
     * @return true if anything is shared
     */
    public boolean offloaded() {
        return bytesShared > 0;
    }
}
