package io.tenure.io.copy;

/**
 * What a copy did. The two counts together are the size of the destination.
 *
 * @param bytesCopied bytes that were written from buffers: data, the zeroes among it, and the
 *     padding of an unaligned end
 * @param bytesZeroed bytes that were zeroed, or left alone because they read as zero already
 */
public record CopyResult(long bytesCopied, long bytesZeroed) {}
