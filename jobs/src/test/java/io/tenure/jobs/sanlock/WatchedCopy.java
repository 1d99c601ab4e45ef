package io.tenure.jobs.sanlock;

import io.tenure.domain.DeviceOpener;
import io.tenure.domain.Volume;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.Zeroing;
import io.tenure.io.engine.IoGate;
import io.tenure.io.extent.ExtentSource;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.lease.LeaseClaim;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A copy whose gate and whose writes can be watched: at one of its writes something happens, and
 * what is written after that is counted.
 */
final class WatchedCopy implements Job, DeviceOpener {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final CopyVolume copy;
    private final Path data;
    private final int eventfulWrite;
    private final Event event;
    private final AtomicInteger writes = new AtomicInteger();
    private final CountDownLatch eventOver = new CountDownLatch(1);
    private volatile int writesAtClose = -1;
    private volatile @Nullable IoGate gate;

    /** What happens in the middle of the work. */
    interface Event {
        void happen() throws IOException;
    }

    /**
     * Wraps a copy.
     *
     * @param copy the job
     * @param data where the volume's data lies
     * @param eventfulWrite at which write it happens, from 1
     * @param event what happens
     */
    WatchedCopy(CopyVolume copy, Path data, int eventfulWrite, Event event) {
        this.copy = copy;
        this.data = data;
        this.eventfulWrite = eventfulWrite;
        this.event = event;
    }

    /** How many writes were begun. */
    int writes() {
        return writes.get();
    }

    /** How many writes had been begun when the event's gate was seen closed; -1 before. */
    int writesAtClose() {
        return writesAtClose;
    }

    /** Waits until the job's gate is closed, and notes how many writes there were. */
    void awaitGateClosed() throws IOException {
        long start = System.nanoTime();
        IoGate watched = Objects.requireNonNull(gate);
        while (watched.closedReason().isEmpty()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new IOException("the gate stays open");
            }
            pause();
        }
        writesAtClose = writes.get();
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public BlockDevice open(Path path, Access access) throws IOException {
        BlockDevice device = DeviceOpener.SYSTEM.open(path, access);
        return path.equals(data) && access != Access.READ_ONLY ? new Counted(device) : device;
    }

    private void begin() throws IOException {
        int write = writes.incrementAndGet();
        if (write == eventfulWrite) {
            try {
                event.happen();
            } finally {
                eventOver.countDown();
            }
        } else if (write > eventfulWrite) {
            awaitEvent(); // as on a slow device: under way when it happens, and lands after it
        }
    }

    private void awaitEvent() throws IOException {
        try {
            if (!eventOver.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the event does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public JobRequest request() {
        return copy.request();
    }

    @Override
    public List<LeaseClaim> claims(@Nullable Volume target) throws IOException {
        return copy.claims(target);
    }

    @Override
    public void validate(JobContext context) throws IOException {
        gate = context.gate();
        copy.validate(context);
    }

    @Override
    public void work(JobContext context) throws IOException {
        copy.work(context);
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return copy.commit(context, current);
    }

    @Override
    public void close() throws IOException {
        copy.close();
    }

    /** The destination, with its writes counted. */
    private final class Counted implements BlockDevice {
        private final BlockDevice device;

        Counted(BlockDevice device) {
            this.device = device;
        }

        @Override
        public String name() {
            return device.name();
        }

        @Override
        public Geometry geometry() {
            return device.geometry();
        }

        @Override
        public int read(long offsetBytes, MemorySegment target) throws IOException {
            return device.read(offsetBytes, target);
        }

        @Override
        public void write(long offsetBytes, MemorySegment source) throws IOException {
            begin();
            device.write(offsetBytes, source);
        }

        @Override
        public void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
            begin();
            device.zero(offsetBytes, lengthBytes, zeroing);
        }

        @Override
        public void discard(long offsetBytes, long lengthBytes) throws IOException {
            begin();
            device.discard(offsetBytes, lengthBytes);
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
        public void close() throws IOException {
            device.close();
        }
    }
}
