package io.tenure.testing.io;

import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.TenureIoException;
import io.tenure.io.Zeroing;
import io.tenure.io.extent.Extent;
import io.tenure.io.extent.ExtentSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/**
 * A device in memory, as strict as a real one: it refuses what is not aligned or lies beyond its
 * end. It knows its holes, sector by sector.
 */
public final class MemoryDevice implements BlockDevice {
    /** EBADF, see errno(3). */
    private static final int EBADF = 9;

    private final String name;
    private final Geometry geometry;
    private final byte[] content;
    private final Extent.Kind[] kinds; // of each sector
    private boolean closed;

    /**
     * Creates a device that is one hole.
     *
     * @param name for messages
     * @param sizeBytes its size; it need not be a multiple of the sector
     * @param sectorBytes the alignment of offsets, lengths and memory
     */
    public MemoryDevice(String name, int sizeBytes, int sectorBytes) {
        this.name = name;
        this.geometry = new Geometry(sizeBytes, sectorBytes, sectorBytes, sectorBytes, false);
        this.content = new byte[sizeBytes];
        this.kinds = new Extent.Kind[(int) (geometry.alignUp(sizeBytes) / sectorBytes)];
        Arrays.fill(kinds, Extent.Kind.HOLE);
    }

    /**
     * Creates a device that holds data from end to end.
     *
     * @param name for messages
     * @param content what it holds
     * @param sectorBytes the alignment of offsets, lengths and memory
     * @return the device
     */
    public static MemoryDevice of(String name, byte[] content, int sectorBytes) {
        MemoryDevice device = new MemoryDevice(name, content.length, sectorBytes);
        System.arraycopy(content, 0, device.content, 0, content.length);
        Arrays.fill(device.kinds, Extent.Kind.DATA);
        return device;
    }

    /**
     * What the device holds.
     *
     * @return a copy
     */
    public synchronized byte[] content() {
        return content.clone();
    }

    /**
     * How much of the device is no hole.
     *
     * @return bytes, in whole sectors
     */
    public synchronized long allocatedBytes() {
        return Arrays.stream(kinds).filter(kind -> kind != Extent.Kind.HOLE).count()
                * geometry.logicalSectorBytes();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Geometry geometry() {
        return geometry;
    }

    @Override
    public synchronized int read(long offsetBytes, MemorySegment target) throws TenureIoException {
        geometry.checkRead(offsetBytes, target);
        checkOpen("read");
        int count = (int) Math.clamp(content.length - offsetBytes, 0, target.byteSize());
        if (count > 0) {
            MemorySegment.copy(content, (int) offsetBytes, target, ValueLayout.JAVA_BYTE, 0, count);
        }
        return count;
    }

    @Override
    public synchronized void write(long offsetBytes, MemorySegment source)
            throws TenureIoException {
        geometry.checkWrite(offsetBytes, source);
        checkOpen("write");
        MemorySegment.copy(
                source,
                ValueLayout.JAVA_BYTE,
                0,
                content,
                (int) offsetBytes,
                (int) source.byteSize());
        mark(offsetBytes, source.byteSize(), Extent.Kind.DATA);
    }

    @Override
    public synchronized void zero(long offsetBytes, long lengthBytes, Zeroing zeroing)
            throws TenureIoException {
        geometry.checkRange(offsetBytes, lengthBytes);
        checkOpen("zero");
        Arrays.fill(content, (int) offsetBytes, (int) (offsetBytes + lengthBytes), (byte) 0);
        mark(
                offsetBytes,
                lengthBytes,
                zeroing == Zeroing.MAY_DEALLOCATE ? Extent.Kind.HOLE : Extent.Kind.ZERO);
    }

    @Override
    public synchronized void discard(long offsetBytes, long lengthBytes) throws TenureIoException {
        zero(offsetBytes, lengthBytes, Zeroing.MAY_DEALLOCATE);
    }

    @Override
    public synchronized boolean allocate(long offsetBytes, long lengthBytes)
            throws TenureIoException {
        geometry.checkRange(offsetBytes, lengthBytes);
        checkOpen("allocate");
        int sectorBytes = geometry.logicalSectorBytes();
        int first = (int) (offsetBytes / sectorBytes);
        for (int i = first; i < first + (int) (lengthBytes / sectorBytes); i++) {
            if (kinds[i] == Extent.Kind.HOLE) {
                kinds[i] = Extent.Kind.ZERO;
            }
        }
        return true;
    }

    @Override
    public synchronized void flush() throws TenureIoException {
        checkOpen("flush");
    }

    @Override
    public ExtentSource extents() {
        return this::extentAt;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private synchronized Extent extentAt(long offsetBytes, long lengthBytes)
            throws TenureIoException {
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, content.length);
        checkOpen("find data in");
        int sectorBytes = geometry.logicalSectorBytes();
        int first = (int) (offsetBytes / sectorBytes);
        int next = first + 1;
        while (next < kinds.length
                && kinds[next] == kinds[first]
                && (long) next * sectorBytes < offsetBytes + lengthBytes) {
            next++;
        }
        long endBytes = Math.min((long) next * sectorBytes, offsetBytes + lengthBytes);
        return new Extent(offsetBytes, endBytes - offsetBytes, kinds[first]);
    }

    private void mark(long offsetBytes, long lengthBytes, Extent.Kind kind) {
        int sectorBytes = geometry.logicalSectorBytes();
        int first = (int) (offsetBytes / sectorBytes);
        Arrays.fill(kinds, first, first + (int) (lengthBytes / sectorBytes), kind);
    }

    private void checkOpen(String operation) throws TenureIoException {
        if (closed) {
            throw new TenureIoException(operation, name, EBADF, "it was closed");
        }
    }
}
