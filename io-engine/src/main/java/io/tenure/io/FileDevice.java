package io.tenure.io;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.BlockIoctl;
import io.tenure.bindings.libc.Fallocate;
import io.tenure.bindings.libc.Libc;
import io.tenure.io.extent.Extent;
import io.tenure.io.extent.ExtentSource;
import io.tenure.io.internal.Transfer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A block device or a regular file of this host, opened by {@link BlockDevices}.
 *
 * <p>The descriptor cannot be closed while a call uses it: a number that was closed may be given to
 * another file at once, and a late write would land there.
 */
public final class FileDevice implements BlockDevice {
    private static final int CLOSED = -1;

    private final String name;
    private final Geometry geometry;
    private final boolean direct;
    private final RangeZero rangeZero;
    private final StampedLock lock = new StampedLock();
    private int fd; // guarded by lock: calls hold it for reading, close for writing
    private int holders; // guarded by lock
    private volatile @Nullable TenureIoException flushFailure;

    FileDevice(String name, int fd, Geometry geometry, boolean direct) {
        this.name = name;
        this.fd = fd;
        this.geometry = geometry;
        this.direct = direct;
        this.rangeZero = new RangeZero(geometry);
    }

    /**
     * Whether requests go past the page cache.
     *
     * @return false only for a file opened for reading on a file system without direct I/O
     */
    public boolean direct() {
        return direct;
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
    public int read(long offsetBytes, MemorySegment target) throws TenureIoException {
        geometry.checkRead(offsetBytes, target);
        long stamp = lock.readLock();
        try {
            int open = descriptor("read", offsetBytes, target.byteSize());
            long result =
                    Transfer.read(
                            Libc::pread, open, target, offsetBytes, geometry.offsetAlignment());
            return (int) check("read", offsetBytes, target.byteSize(), result);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public void write(long offsetBytes, MemorySegment source) throws TenureIoException {
        geometry.checkWrite(offsetBytes, source);
        long stamp = lock.readLock();
        try {
            int open = descriptor("write", offsetBytes, source.byteSize());
            long result =
                    Transfer.write(
                            Libc::pwrite, open, source, offsetBytes, geometry.offsetAlignment());
            check("write", offsetBytes, source.byteSize(), result);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
        geometry.checkRange(offsetBytes, lengthBytes);
        if (lengthBytes == 0) {
            return; // the kernel refuses an empty range
        }
        long stamp = lock.readLock();
        try {
            int open = descriptor("zero", offsetBytes, lengthBytes);
            long result = rangeZero.zero(open, offsetBytes, lengthBytes, zeroing);
            check("zero", offsetBytes, lengthBytes, result);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public void discard(long offsetBytes, long lengthBytes) throws TenureIoException {
        geometry.checkRange(offsetBytes, lengthBytes);
        if (lengthBytes == 0) {
            return;
        }
        long stamp = lock.readLock();
        try {
            int open = descriptor("discard", offsetBytes, lengthBytes);
            int result =
                    geometry.blockDevice()
                            ? BlockIoctl.discard(open, offsetBytes, lengthBytes)
                            : Libc.fallocate(
                                    open,
                                    Fallocate.FALLOC_FL_PUNCH_HOLE | Fallocate.FALLOC_FL_KEEP_SIZE,
                                    offsetBytes,
                                    lengthBytes);
            if (result != -Errno.EOPNOTSUPP) { // it was only a hint
                check("discard", offsetBytes, lengthBytes, result);
            }
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public boolean allocate(long offsetBytes, long lengthBytes) throws TenureIoException {
        geometry.checkRange(offsetBytes, lengthBytes);
        if (geometry.blockDevice()) {
            return false; // only what is written is sure to have storage
        }
        if (lengthBytes == 0) {
            return true;
        }
        long stamp = lock.readLock();
        try {
            int open = descriptor("allocate", offsetBytes, lengthBytes);
            int result;
            do {
                result =
                        Libc.fallocate(
                                open, Fallocate.FALLOC_FL_KEEP_SIZE, offsetBytes, lengthBytes);
            } while (result == -Errno.EINTR);
            if (result == -Errno.EOPNOTSUPP || result == -Errno.ENOSYS) {
                return false;
            }
            check("allocate", offsetBytes, lengthBytes, result);
            return true;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public boolean share(BlockDevice from, long offsetBytes, long lengthBytes) throws IOException {
        geometry.checkRange(offsetBytes, lengthBytes);
        return shareWith(
                from,
                offsetBytes,
                lengthBytes,
                (open, other) -> RangeShare.share(open, other, offsetBytes, lengthBytes));
    }

    @Override
    public boolean canShare(BlockDevice from) throws IOException {
        return shareWith(
                from, TenureIoException.NO_RANGE, TenureIoException.NO_RANGE, RangeShare::ask);
    }

    private boolean shareWith(
            BlockDevice from, long offsetBytes, long lengthBytes, IntBinaryOperator call)
            throws IOException {
        Optional<HeldDescriptor> held =
                geometry.blockDevice() ? Optional.empty() : from.holdDescriptor();
        if (held.isEmpty()) {
            return false;
        }
        // The other device first: its lock is not held while this one is waited for.
        try (HeldDescriptor other = held.get()) {
            long stamp = lock.readLock();
            try {
                int open = descriptor("share", offsetBytes, lengthBytes);
                int result = call.applyAsInt(open, other.number());
                return check("share", offsetBytes, lengthBytes, result) != RangeShare.CANNOT;
            } finally {
                lock.unlockRead(stamp);
            }
        }
    }

    @Override
    public void flush() throws TenureIoException {
        TenureIoException earlier = flushFailure;
        if (earlier != null) {
            // The kernel reports a lost write once and then forgets it; see fsync(2).
            TenureIoException again =
                    new TenureIoException(
                            "flush", name, earlier.errno(), "an earlier flush has failed");
            again.initCause(earlier);
            throw again;
        }
        long stamp = lock.readLock();
        try {
            int open = descriptor("flush", TenureIoException.NO_RANGE, TenureIoException.NO_RANGE);
            int result;
            do {
                result = Libc.fdatasync(open);
            } while (result == -Errno.EINTR);
            if (result < 0) {
                TenureIoException failure =
                        new TenureIoException(
                                "flush", name, result, "it is not known what is durable");
                flushFailure = failure;
                throw failure;
            }
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public ExtentSource extents() {
        return geometry.blockDevice() ? ExtentSource.allData(geometry.sizeBytes()) : this::extentAt;
    }

    @Override
    public Optional<HeldDescriptor> holdDescriptor() throws TenureIoException {
        long stamp = lock.writeLock();
        try {
            int open = descriptor("use", TenureIoException.NO_RANGE, TenureIoException.NO_RANGE);
            holders++;
            return Optional.of(new Holder(open));
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public void close() throws TenureIoException {
        long stamp = lock.writeLock();
        try {
            if (fd == CLOSED) {
                return;
            }
            if (holders > 0) {
                throw new IllegalStateException("an engine still uses " + name);
            }
            int closing = fd;
            fd = CLOSED; // Linux releases the number even when close(2) reports an error
            int result = Libc.close(closing);
            if (result < 0) {
                throw new TenureIoException("close", name, result, null);
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** One engine's hold on the descriptor. */
    private final class Holder implements HeldDescriptor {
        private final int number;
        private boolean released; // guarded by lock

        Holder(int number) {
            this.number = number;
        }

        @Override
        public int number() {
            return number;
        }

        @Override
        public void close() {
            long stamp = lock.writeLock();
            try {
                if (!released) {
                    released = true;
                    holders--;
                }
            } finally {
                lock.unlockWrite(stamp);
            }
        }
    }

    private Extent extentAt(long offsetBytes, long lengthBytes) throws TenureIoException {
        long stamp = lock.readLock();
        try {
            int open = descriptor("find data in", offsetBytes, lengthBytes);
            return FileExtents.extentAt(open, name, geometry.sizeBytes(), offsetBytes, lengthBytes);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private int descriptor(String operation, long offsetBytes, long lengthBytes)
            throws TenureIoException {
        if (fd == CLOSED) {
            throw new TenureIoException(
                    operation, name, offsetBytes, lengthBytes, Errno.EBADF, "it was closed");
        }
        return fd;
    }

    private long check(String operation, long offsetBytes, long lengthBytes, long result)
            throws TenureIoException {
        if (result < 0) {
            throw TenureIoException.of(operation, name, offsetBytes, lengthBytes, (int) result);
        }
        return result;
    }
}
