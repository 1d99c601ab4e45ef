package io.tenure.lease.local;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Fcntl;
import io.tenure.bindings.libc.Flock;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.OpenFlags;
import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.RandomId;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.LocalLeaseRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.jobs.internal.TryAll;
import io.tenure.lease.LeaseBrokenException;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseLook;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseOwner;
import io.tenure.lease.LeaseReleaseException;
import io.tenure.lease.VolumeLease;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One holder of local leases. Each lease has an open file description of its own, so that two jobs
 * of one process exclude each other as two processes do.
 */
final class LocalLeaseConnection implements LeaseConnection {
    private final String label;
    private final Clock clock;
    private final Deque<Held> held = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    LocalLeaseConnection(String label, Clock clock) {
        this.label = label;
        this.clock = clock;
    }

    @Override
    public synchronized VolumeLease acquire(LeaseArea area, LeaseMode mode) throws IOException {
        if (closed.getCount() == 0) {
            throw new IllegalStateException("the connection is closed");
        }
        int fd = openForLocks(area);
        try {
            BlockDevice device = BlockDevices.open(area.path(), Access.READ_WRITE);
            try {
                lock(fd, area, mode, device);
                LocalLeaseRecord record = found(device, area);
                Held lease = new Held(area, mode, fd, device, record);
                held.push(lease);
                return lease;
            } catch (IOException | RuntimeException e) {
                device.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            closeQuietly(fd, area);
            throw e;
        }
    }

    private static void lock(int fd, LeaseArea area, LeaseMode mode, BlockDevice device)
            throws IOException {
        short type = mode == LeaseMode.SHARED ? Flock.F_RDLCK : Flock.F_WRLCK;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flock =
                    Flock.allocate(arena, type, area.offsetBytes(), area.alignBytes());
            int result = Libc.fcntl(fd, Fcntl.F_OFD_SETLK, flock);
            if (result == -Errno.EAGAIN || result == -Errno.EACCES) {
                throw new LeaseHeldException(
                        area + " is held by " + currentHolder(device, area) + "; try again later");
            }
            if (result < 0) {
                throw new TenureIoException(
                        "lock",
                        area.path().toString(),
                        area.offsetBytes(),
                        area.alignBytes(),
                        result,
                        null);
            }
        }
    }

    private static String currentHolder(BlockDevice device, LeaseArea area) {
        try {
            return LocalLeaseSector.holder(LocalLeaseSector.read(device, area));
        } catch (IOException e) {
            return "somebody on this host (" + e.getMessage() + ")";
        }
    }

    /** Under the lock: makes sure that it is the right lease. */
    private static LocalLeaseRecord found(BlockDevice device, LeaseArea area) throws IOException {
        try {
            return LocalLeaseSector.read(device, area);
        } catch (CorruptMetadataException e) {
            throw new LeaseBrokenException(
                    area + " needs repair: " + e.getMessage() + "; nothing was changed", e);
        }
    }

    @Override
    public boolean awaitHangUp(int timeoutMillis) throws IOException {
        // The kernel is the other end: it does not go away. The wait ends early at a close.
        try {
            closed.await(timeoutMillis, TimeUnit.MILLISECONDS);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public synchronized List<Integer> descriptors() {
        return held.stream().map(lease -> lease.fd).toList();
    }

    @Override
    public synchronized void close() throws IOException {
        closed.countDown();
        TryAll all = new TryAll();
        while (!held.isEmpty()) {
            all.run(held.peek()::release); // which takes it off
        }
        all.throwFirst();
    }

    private synchronized void forget(Held lease) {
        held.remove(lease);
    }

    static int openForLocks(LeaseArea area) throws TenureIoException {
        String path = area.path().toString();
        int fd = Libc.open(path, OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
        if (fd < 0) {
            throw new TenureIoException("open for locks", path, fd, null);
        }
        return fd;
    }

    static void closeQuietly(int fd, LeaseArea area) {
        int result = Libc.close(fd);
        if (result < 0) {
            // Linux has let the descriptor and its lock go whatever close(2) says.
            System.getLogger(LocalLeaseConnection.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "closing the lock of {0}: {1}",
                            area,
                            Errno.describe(result));
        }
    }

    private final class Held implements VolumeLease {
        private final LeaseArea area;
        private final LeaseMode mode;
        private final int fd;
        private final BlockDevice device;
        private LocalLeaseRecord onStorage; // guarded by this
        private boolean released;

        Held(LeaseArea area, LeaseMode mode, int fd, BlockDevice device, LocalLeaseRecord found) {
            this.area = area;
            this.mode = mode;
            this.fd = fd;
            this.device = device;
            this.onStorage = found;
        }

        @Override
        public LeaseArea area() {
            return area;
        }

        @Override
        public LeaseMode mode() {
            return mode;
        }

        @Override
        public synchronized void sign() throws IOException {
            if (mode == LeaseMode.EXCLUSIVE) {
                LocalLeaseRecord ours =
                        onStorage.granted(Libc.getpid(), clock.now(), label, RandomId.next());
                LocalLeaseSector.write(device, area, ours);
                onStorage = ours;
            }
        }

        @Override
        public LeaseLook verify() throws IOException {
            return verifyOnStorage();
        }

        @Override
        public synchronized LeaseLook verifyOnStorage() throws IOException {
            LocalLeaseRecord now;
            try {
                now = LocalLeaseSector.read(device, area);
            } catch (CorruptMetadataException e) {
                throw new LeaseLostException(area + " was overwritten: " + e.getMessage(), e);
            }
            if (!now.signature().equals(onStorage.signature())) { // new with each grant
                LeaseOwner owner = LocalLeaseManager.owner(now);
                throw new LeaseLostException(
                        area + " was granted to another holder: " + owner, owner);
            }
            return LeaseLook.OURS;
        }

        @Override
        public void verifyAtGrantor() {
            // The kernel keeps the lock as long as this process keeps its descriptor.
        }

        @Override
        public void release() throws LeaseReleaseException {
            synchronized (LocalLeaseConnection.this) {
                if (released) {
                    return;
                }
                released = true;
                forget(this);
            }
            closeQuietly(fd, area);
            try {
                device.close();
            } catch (IOException e) {
                throw new LeaseReleaseException(area + " was released, but: " + e.getMessage(), e);
            }
        }
    }
}
