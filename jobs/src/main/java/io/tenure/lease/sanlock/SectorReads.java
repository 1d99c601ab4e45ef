package io.tenure.lease.sanlock;

import io.tenure.format.CorruptMetadataException;
import io.tenure.io.Access;
import io.tenure.io.BlockDevices;
import io.tenure.io.FileDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Reads sanlock's sectors as they stand on storage: past every cache, and without the daemon, which
 * may hang or be wrong.
 *
 * <p>Opens the control area for each look, so that a look that hangs holds nothing that others
 * need. Its threads may be any number.
 */
final class SectorReads {
    private static final int ALIGNMENT_BYTES = 4096;

    /**
     * Storage that does not write a sector as a whole, such as memory, may show half of one that is
     * just being written. What is still no record when it is read again is none.
     */
    private static final int TRIES = 3;

    private SectorReads() {}

    /** Reads once. */
    @FunctionalInterface
    interface Look<T> {
        /**
         * Reads storage and decodes what it showed.
         *
         * @return the value
         * @throws CorruptMetadataException if it showed none
         * @throws IOException if it could not be read
         */
        T now() throws IOException;
    }

    /** Makes a value of bytes. */
    @FunctionalInterface
    interface Decoder<T> {
        /**
         * Decodes.
         *
         * @param bytes what was read
         * @return the value
         * @throws IOException if it is none
         */
        T decode(MemorySegment bytes) throws IOException;
    }

    /**
     * Reads and decodes, as {@link #settled}.
     *
     * @param path the control area
     * @param offsetBytes where
     * @param length how many bytes
     * @param decoder makes the value
     * @return the value
     * @throws CorruptMetadataException if there is none
     * @throws IOException if storage could not be read: nothing is known then
     */
    static <T> T read(Path path, long offsetBytes, int length, Decoder<T> decoder)
            throws IOException {
        try (FileDevice device = BlockDevices.open(path, Access.READ_ONLY);
                Arena arena = Arena.ofConfined()) {
            if (!device.direct()) {
                throw new IOException(
                        path
                                + " can only be read through the page cache, which proves nothing"
                                + " about a lease: sanlock needs storage with direct I/O");
            }
            int block = device.geometry().offsetAlignment();
            long begin = offsetBytes - offsetBytes % block;
            long bytes = device.geometry().alignUp(offsetBytes + length - begin);
            MemorySegment window = arena.allocate(bytes, ALIGNMENT_BYTES);
            return settled(() -> {
                int read = device.read(begin, window);
                if (read < offsetBytes - begin + length) {
                    throw new CorruptMetadataException(
                            path + " is cut short: it ends at " + (begin + read));
                }
                return decoder.decode(window.asSlice(offsetBytes - begin, length));
            });
        }
    }

    /**
     * Looks again while what was read is no record, a few times.
     *
     * @param look reads and decodes
     * @return what it returned
     * @throws CorruptMetadataException if there is no record the last time either
     * @throws IOException whatever else the look throws, at once
     */
    static <T> T settled(Look<T> look) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return look.now();
            } catch (CorruptMetadataException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }
}
