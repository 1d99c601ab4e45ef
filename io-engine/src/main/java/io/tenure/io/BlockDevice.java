package io.tenure.io;

import io.tenure.io.extent.ExtentSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A range of bytes that can be read and written at any aligned position: a block device, a file, or
 * what takes their place in a simulation.
 *
 * <p>Offsets, lengths and buffers keep the alignment of {@link #geometry}; a request that does not
 * is refused with {@link IllegalArgumentException}, one that writes, zeroes or discards beyond the
 * size with {@link IndexOutOfBoundsException}. Both are refused before anything is touched.
 *
 * <p>All methods block until the device has answered, and may be called by any thread at any time.
 * They do not react to interruption: a request that the kernel has accepted cannot be taken back.
 * What a write has brought to the device survives a crash only after a {@link #flush}. Failures are
 * {@link TenureIoException}s that name the range.
 *
 * <p>The path to the device does not pass the gate of a job: whoever calls does so under {@link
 * io.tenure.io.engine.IoGate}, or through an engine, which does.
 */
public interface BlockDevice extends AutoCloseable {

    /**
     * The device as its user knows it.
     *
     * @return a path or a name, for messages
     */
    String name();

    /**
     * Size and alignment, as they were when the device was opened.
     *
     * @return the geometry
     */
    Geometry geometry();

    /**
     * Reads until the target is full or the device ends.
     *
     * @param offsetBytes where to begin
     * @param target memory to fill; what lies beyond the returned count is undefined
     * @return bytes read: less than the target's size only at the end of the device, 0 at or beyond
     *     it
     * @throws IOException the device failed, or is closed
     */
    int read(long offsetBytes, MemorySegment target) throws IOException;

    /**
     * Writes the whole source, or fails. After a failure the range holds old and new data in any
     * mix.
     *
     * @param offsetBytes where to begin
     * @param source what to write
     * @throws IOException the device failed, is full, or is closed
     */
    void write(long offsetBytes, MemorySegment source) throws IOException;

    /**
     * Makes a range read as zero, by the cheapest means the device has.
     *
     * @param offsetBytes where to begin
     * @param lengthBytes how much; 0 does nothing
     * @param zeroing what may become of the storage behind the range
     * @throws IOException the device failed, or is closed
     */
    void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException;

    /**
     * Tells the device that the content of a range is not needed any more. What the range reads as
     * afterwards is undefined. A device that cannot discard does nothing.
     *
     * @param offsetBytes where to begin
     * @param lengthBytes how much; 0 does nothing
     * @throws IOException the device failed, or is closed
     */
    void discard(long offsetBytes, long lengthBytes) throws IOException;

    /**
     * Gives a range storage of its own wherever it has none, so that a later write into it cannot
     * run out of space. What the range reads as does not change.
     *
     * @param offsetBytes where to begin
     * @param lengthBytes how much; 0 does nothing
     * @return false if the device has no such call; then nothing was changed
     * @throws IOException the device failed, is full, or is closed
     */
    default boolean allocate(long offsetBytes, long lengthBytes) throws IOException {
        geometry().checkRange(offsetBytes, lengthBytes);
        return false;
    }

    /**
     * Makes a range share the storage of the same range of another device, so that both read the
     * same, and a write to one of them does not change the other.
     *
     * @param from the device whose range is shared
     * @param offsetBytes where to begin, on both devices
     * @param lengthBytes how much; more than 0
     * @return false if these two cannot share this range; then nothing was changed
     * @throws IOException the device failed, is full, or is closed
     */
    default boolean share(BlockDevice from, long offsetBytes, long lengthBytes) throws IOException {
        geometry().checkRange(offsetBytes, lengthBytes);
        return false;
    }

    /**
     * Whether {@link #share} may succeed. Changes nothing.
     *
     * @param from the device whose storage would be shared
     * @return false if these two cannot share any range; true does not promise that they can share
     *     every one
     * @throws IOException the device failed, or is closed
     */
    default boolean canShare(BlockDevice from) throws IOException {
        return false;
    }

    /**
     * Makes everything durable that was written or zeroed before. When a flush has failed, it is
     * not known what is durable, and every later flush of this device fails too.
     *
     * @throws IOException the device failed, or is closed
     */
    void flush() throws IOException;

    /**
     * What is known about the device's content without reading it.
     *
     * @return a view of this device, valid until it is closed
     */
    ExtentSource extents();

    /**
     * Holds the descriptor behind this device, so that an engine can submit system calls to it.
     * Offsets mean the same on both. What goes this way has to keep {@link #geometry} by itself.
     *
     * @return the descriptor, or empty if the device has none, and only its methods reach it
     * @throws IOException the device is closed
     */
    default Optional<HeldDescriptor> holdDescriptor() throws IOException {
        return Optional.empty();
    }

    /**
     * Waits for the requests that other threads have running, then closes. Later requests fail.
     * Closing again does nothing.
     *
     * @throws IOException the system reported an error; the device is closed nevertheless
     * @throws IllegalStateException an engine still holds the descriptor; the device stays open
     */
    @Override
    void close() throws IOException;
}
