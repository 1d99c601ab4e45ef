package io.tenure.testing.io;

import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.TenureIoException;
import io.tenure.io.Zeroing;
import io.tenure.io.extent.ExtentSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A device with faults on order: operations that fail or hang, a device that became shorter. Keeps
 * a list of the operations in the order in which they began. Without orders it is the device behind
 * it.
 */
public final class FaultyDevice implements BlockDevice {

    /** What can fail, hang, and be seen in the trace. */
    public enum Operation {
        /** {@link BlockDevice#read}. */
        READ,
        /** {@link BlockDevice#write}. */
        WRITE,
        /** {@link BlockDevice#zero}. */
        ZERO,
        /** {@link BlockDevice#discard}. */
        DISCARD,
        /** {@link BlockDevice#allocate}. */
        ALLOCATE,
        /** {@link BlockDevice#share}. */
        SHARE,
        /** {@link BlockDevice#flush}. */
        FLUSH
    }

    /**
     * An operation that began.
     *
     * @param operation which
     * @param offsetBytes where; 0 for a flush
     * @param lengthBytes how much; 0 for a flush
     */
    public record Event(Operation operation, long offsetBytes, long lengthBytes) {}

    private record Failure(Operation operation, int number, long offsetBytes, int errno) {}

    private record Hold(Operation operation, int number, OperationHold hold) {}

    private static final long ANYWHERE = -1;
    private static final int EVERY = 0;

    private final BlockDevice device;
    private final List<Event> trace = new ArrayList<>();
    private final Map<Operation, Integer> counts = new EnumMap<>(Operation.class);
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final List<Hold> holds = new CopyOnWriteArrayList<>();
    private final Set<Operation> refused = new CopyOnWriteArraySet<>();
    private final AtomicInteger extentCalls = new AtomicInteger();
    private volatile long endBytes = Long.MAX_VALUE;

    /**
     * Creates a device without faults.
     *
     * @param device the device behind it, closed with this one
     */
    public FaultyDevice(BlockDevice device) {
        this.device = device;
    }

    /**
     * Orders one operation to fail, without touching the device behind.
     *
     * @param operation which
     * @param number the how manieth of its kind, from 1
     * @param errno why, see errno(3)
     */
    public void failNth(Operation operation, int number, int errno) {
        failures.add(new Failure(operation, number, ANYWHERE, errno));
    }

    /**
     * Orders every operation that touches a position to fail, without touching the device behind.
     *
     * @param operation which
     * @param offsetBytes the position
     * @param errno why, see errno(3)
     */
    public void failAt(Operation operation, long offsetBytes, int errno) {
        failures.add(new Failure(operation, EVERY, offsetBytes, errno));
    }

    /**
     * Orders one operation to hang before it reaches the device behind.
     *
     * @param operation which
     * @param number the how manieth of its kind, from 1
     * @return where to wait for it and to let it go on; closing it lets it go on
     */
    public OperationHold holdNth(Operation operation, int number) {
        OperationHold hold = new OperationHold();
        holds.add(new Hold(operation, number, hold));
        return hold;
    }

    /**
     * Makes the device one that has no call to allocate storage, or to share it.
     *
     * @param operation {@link Operation#ALLOCATE} or {@link Operation#SHARE}
     */
    public void refuse(Operation operation) {
        refused.add(operation);
    }

    /**
     * Makes the device end early for reads, as if somebody had cut it after it was opened.
     *
     * @param bytes where it ends from now on
     */
    public void cutTo(long bytes) {
        endBytes = bytes;
    }

    /**
     * The operations in the order in which they began, also those that failed.
     *
     * @return a copy
     */
    public List<Event> trace() {
        synchronized (trace) {
            return List.copyOf(trace);
        }
    }

    /**
     * How many operations of a kind began.
     *
     * @param operation which
     * @return the count
     */
    public long count(Operation operation) {
        return trace().stream().filter(event -> event.operation() == operation).count();
    }

    /**
     * How often somebody asked for an extent. These questions are not in the trace.
     *
     * @return the count
     */
    public int extentCalls() {
        return extentCalls.get();
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
        begin(Operation.READ, offsetBytes, target.byteSize());
        int count = device.read(offsetBytes, target);
        return Math.clamp(endBytes - offsetBytes, 0, count);
    }

    @Override
    public void write(long offsetBytes, MemorySegment source) throws IOException {
        begin(Operation.WRITE, offsetBytes, source.byteSize());
        device.write(offsetBytes, source);
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
        begin(Operation.ZERO, offsetBytes, lengthBytes);
        device.zero(offsetBytes, lengthBytes, zeroing);
    }

    @Override
    public void discard(long offsetBytes, long lengthBytes) throws IOException {
        begin(Operation.DISCARD, offsetBytes, lengthBytes);
        device.discard(offsetBytes, lengthBytes);
    }

    @Override
    public boolean allocate(long offsetBytes, long lengthBytes) throws IOException {
        begin(Operation.ALLOCATE, offsetBytes, lengthBytes);
        return !refused.contains(Operation.ALLOCATE) && device.allocate(offsetBytes, lengthBytes);
    }

    @Override
    public boolean canShare(BlockDevice from) throws IOException {
        return !refused.contains(Operation.SHARE) && device.canShare(from);
    }

    @Override
    public boolean share(BlockDevice from, long offsetBytes, long lengthBytes) throws IOException {
        begin(Operation.SHARE, offsetBytes, lengthBytes);
        return !refused.contains(Operation.SHARE) && device.share(from, offsetBytes, lengthBytes);
    }

    @Override
    public void flush() throws IOException {
        begin(Operation.FLUSH, 0, 0);
        device.flush();
    }

    @Override
    public ExtentSource extents() {
        ExtentSource extents = device.extents();
        return (offsetBytes, lengthBytes) -> {
            extentCalls.incrementAndGet();
            return extents.extentAt(offsetBytes, lengthBytes);
        };
    }

    @Override
    public void close() throws IOException {
        device.close();
    }

    private void begin(Operation operation, long offsetBytes, long lengthBytes)
            throws TenureIoException {
        int number;
        synchronized (trace) {
            trace.add(new Event(operation, offsetBytes, lengthBytes));
            number = counts.merge(operation, 1, Integer::sum);
        }
        for (Hold hold : holds) {
            if (hold.operation() == operation && hold.number() == number) {
                hold.hold().pass();
            }
        }
        Failure failure = find(operation, number, offsetBytes, lengthBytes);
        if (failure != null) {
            throw new TenureIoException(
                    operation.name().toLowerCase(Locale.ROOT),
                    name(),
                    offsetBytes,
                    lengthBytes,
                    failure.errno(),
                    "ordered by the test");
        }
    }

    private @Nullable Failure find(
            Operation operation, int number, long offsetBytes, long lengthBytes) {
        for (Failure failure : failures) {
            boolean hit =
                    failure.offsetBytes() == ANYWHERE
                            ? failure.number() == number
                            : failure.offsetBytes() >= offsetBytes
                                    && failure.offsetBytes() < offsetBytes + lengthBytes;
            if (failure.operation() == operation && hit) {
                return failure;
            }
        }
        return null;
    }
}
