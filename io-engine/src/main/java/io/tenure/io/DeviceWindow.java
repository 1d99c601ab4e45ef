package io.tenure.io;

import io.tenure.io.extent.ExtentSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/**
 * The first bytes of a device as a device of their own, for a volume that is smaller than the
 * device it lies on. What lies behind is neither read nor written.
 *
 * <p>Owns the device: closing the window closes it. As safe for many threads as the device.
 */
public final class DeviceWindow implements BlockDevice {
    private final BlockDevice device;
    private final Geometry geometry;

    /**
     * Creates a window.
     *
     * @param device the whole device; owned by the window from now on
     * @param sizeBytes how many of its first bytes to show, a multiple of its offset alignment, at
     *     most its size
     */
    public DeviceWindow(BlockDevice device, long sizeBytes) {
        Geometry whole = device.geometry();
        Objects.checkFromIndexSize(0, sizeBytes, whole.sizeBytes());
        if (!whole.isAligned(sizeBytes)) {
            throw new IllegalArgumentException(
                    sizeBytes + " bytes are not a multiple of " + whole.offsetAlignment());
        }
        this.device = device;
        this.geometry =
                new Geometry(
                        sizeBytes,
                        whole.offsetAlignment(),
                        whole.memoryAlignment(),
                        whole.logicalSectorBytes(),
                        whole.blockDevice());
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public Geometry geometry() {
        return geometry;
    }

    @Override
    public int read(long offsetBytes, MemorySegment target) throws IOException {
        long left = Math.max(0, geometry.sizeBytes() - offsetBytes);
        return device.read(
                offsetBytes, target.byteSize() <= left ? target : target.asSlice(0, left));
    }

    @Override
    public void write(long offsetBytes, MemorySegment source) throws IOException {
        check(offsetBytes, source.byteSize());
        device.write(offsetBytes, source);
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
        check(offsetBytes, lengthBytes);
        device.zero(offsetBytes, lengthBytes, zeroing);
    }

    @Override
    public void discard(long offsetBytes, long lengthBytes) throws IOException {
        check(offsetBytes, lengthBytes);
        device.discard(offsetBytes, lengthBytes);
    }

    @Override
    public boolean allocate(long offsetBytes, long lengthBytes) throws IOException {
        check(offsetBytes, lengthBytes);
        return device.allocate(offsetBytes, lengthBytes);
    }

    @Override
    public boolean share(BlockDevice from, long offsetBytes, long lengthBytes) throws IOException {
        check(offsetBytes, lengthBytes);
        return device.share(from, offsetBytes, lengthBytes);
    }

    @Override
    public boolean canShare(BlockDevice from) throws IOException {
        return device.canShare(from);
    }

    @Override
    public void flush() throws IOException {
        device.flush();
    }

    @Override
    public ExtentSource extents() {
        return device.extents();
    }

    @Override
    public Optional<HeldDescriptor> holdDescriptor() throws IOException {
        return device.holdDescriptor();
    }

    @Override
    public void close() throws IOException {
        device.close();
    }

    private void check(long offsetBytes, long lengthBytes) {
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, geometry.sizeBytes());
    }
}
