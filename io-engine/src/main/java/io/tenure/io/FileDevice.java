package io.tenure.io;

import io.tenure.io.extent.ExtentSource;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A block device or a regular file of this host, opened by {@link BlockDevices}. */
@SuppressWarnings("DoNotCallSuggester") // until the C library is linked
public final class FileDevice implements BlockDevice {

    private FileDevice() {}

    static FileDevice open(Path path, Access access) throws TenureIoException {
        throw new TenureIoException("open", path + " " + access, 0, "not linked yet");
    }

    static FileDevice create(Path path, long sizeBytes) throws TenureIoException {
        throw new TenureIoException("create", path + " " + sizeBytes, 0, "not linked yet");
    }

    /**
     * Whether requests go past the page cache.
     *
     * @return false only for a file opened for reading on a file system without direct I/O
     */
    public boolean direct() {
        return true;
    }

    @Override
    public String name() {
        throw new AssertionError("not linked yet");
    }

    @Override
    public Geometry geometry() {
        throw new AssertionError("not linked yet");
    }

    @Override
    public int read(long offsetBytes, MemorySegment target) throws TenureIoException {
        throw new AssertionError("not linked yet");
    }

    @Override
    public void write(long offsetBytes, MemorySegment source) throws TenureIoException {
        throw new AssertionError("not linked yet");
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws TenureIoException {
        throw new AssertionError("not linked yet");
    }

    @Override
    public void discard(long offsetBytes, long lengthBytes) throws TenureIoException {
        throw new AssertionError("not linked yet");
    }

    @Override
    public void flush() throws TenureIoException {
        throw new AssertionError("not linked yet");
    }

    @Override
    public ExtentSource extents() {
        throw new AssertionError("not linked yet");
    }

    @Override
    public void close() throws TenureIoException {
        throw new AssertionError("not linked yet");
    }
}
