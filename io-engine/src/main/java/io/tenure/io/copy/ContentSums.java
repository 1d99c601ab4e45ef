package io.tenure.io.copy;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC-32Cs of the windows of some content, from pieces in any order. What is never added counts as
 * zeroes. One thread at a time; adding allocates nothing.
 */
final class ContentSums {
    /** 64 Ki, so that a volume of any size needs at most 256 KiB for its sums. */
    private static final int MAXIMUM_WINDOWS = 1 << 16;

    /** 1 MiB: a smaller window would not help to find what is wrong with a device. */
    private static final long MINIMUM_WINDOW_BYTES = 1 << 20;

    private final CRC32C crc = new CRC32C();
    private final long lengthBytes;
    private final long windowBytes;
    private final int[] raw; // of each window; the bytes behind the last one's end do not count

    // Nearly all pieces have one length.
    private long knownLengthBytes;
    private int knownDifference;

    private ContentSums(long lengthBytes, long windowBytes) {
        this.lengthBytes = lengthBytes;
        this.windowBytes = windowBytes;
        this.raw = new int[(int) Math.ceilDiv(lengthBytes, windowBytes)];
    }

    /** Sums over windows, to tell where contents differ. */
    static ContentSums ofWindows(long lengthBytes) {
        long windowBytes = MINIMUM_WINDOW_BYTES;
        while (Math.ceilDiv(lengthBytes, windowBytes) > MAXIMUM_WINDOWS) {
            windowBytes *= 2;
        }
        return new ContentSums(lengthBytes, windowBytes);
    }

    /** One sum over everything. */
    static ContentSums ofWhole(long lengthBytes) {
        return new ContentSums(lengthBytes, Math.max(1, lengthBytes));
    }

    /**
     * Adds a piece that was not added before.
     *
     * @param offsetBytes where it lies in the content
     * @param memory its bytes, from the beginning; position and limit are changed
     * @param pieceBytes how many bytes
     */
    void add(long offsetBytes, ByteBuffer memory, int pieceBytes) {
        int fromBytes = 0;
        while (fromBytes < pieceBytes) {
            long atBytes = offsetBytes + fromBytes;
            int window = (int) (atBytes / windowBytes);
            int partBytes = (int) Math.min(pieceBytes - fromBytes, endBytes(window) - atBytes);
            memory.limit(fromBytes + partBytes).position(fromBytes);
            crc.reset();
            crc.update(memory);
            int part = (int) crc.getValue() ^ difference(partBytes);
            raw[window] ^= RawCrc.shift(part, endBytes(window) - atBytes - partBytes);
            fromBytes += partBytes;
        }
    }

    /** The CRC-32C of the first bytes, where only zeroes follow. */
    int checksum(long firstBytes) {
        int whole = 0;
        for (int i = 0; i < raw.length; i++) {
            whole ^= RawCrc.shift(raw[i], firstBytes - endBytes(i));
        }
        return whole ^ RawCrc.difference(firstBytes);
    }

    int windows() {
        return raw.length;
    }

    long startBytes(int window) {
        return window * windowBytes;
    }

    long endBytes(int window) {
        return Math.min(startBytes(window) + windowBytes, lengthBytes);
    }

    /** The CRC-32C of one window. */
    int checksumOfWindow(int window) {
        return raw[window] ^ RawCrc.difference(endBytes(window) - startBytes(window));
    }

    /** Whether a window has the same content, as far as a CRC-32C can tell. */
    boolean agrees(int window, ContentSums other) {
        return raw[window] == other.raw[window];
    }

    private int difference(long bytes) {
        if (bytes != knownLengthBytes) {
            knownDifference = RawCrc.difference(bytes);
            knownLengthBytes = bytes;
        }
        return knownDifference;
    }
}
