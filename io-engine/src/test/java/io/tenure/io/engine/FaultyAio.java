package io.tenure.io.engine;

import io.tenure.bindings.Errno;
import io.tenure.bindings.aio.IoEvent;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongUnaryOperator;

/**
 * The kernel's calls with faults on order. What is not ordered is the kernel's own answer; an order
 * for a completion changes the answer of a request that was really carried out.
 */
final class FaultyAio implements AioCalls {
    /** An order that changes nothing. */
    static final LongUnaryOperator HONEST = LongUnaryOperator.identity();

    private static final long RES = IoEvent.LAYOUT.byteOffset(PathElement.groupElement("res"));

    private final AioCalls kernel = AioCalls.KERNEL;
    private final Deque<Integer> submitOrders = new ArrayDeque<>();
    private final Deque<LongUnaryOperator> completionOrders = new ArrayDeque<>();
    private final Deque<Integer> waitOrders = new ArrayDeque<>();
    private final List<String> trace = new CopyOnWriteArrayList<>();
    private LongUnaryOperator always = HONEST;
    private Runnable watcher = () -> {};
    private boolean aboutToSubmit;
    private int setupOrder;

    /** Every completion of more than a unit is cut to one, and nearly every call interrupted. */
    static FaultyAio onABadDay() {
        FaultyAio calls = new FaultyAio();
        calls.always = result -> result > 512 ? 512 : result;
        for (int i = 0; i < 1000; i++) {
            calls.orderSubmits(1, -Errno.EINTR, -Errno.EAGAIN, 2);
            calls.orderWaits(-Errno.EINTR, 0);
        }
        return calls;
    }

    /** How the next setup fails: -errno. */
    FaultyAio orderSetup(int errno) {
        setupOrder = errno;
        return this;
    }

    /** What the next io_submits do: -errno, or how many at most they take of those given. */
    FaultyAio orderSubmits(Integer... orders) {
        submitOrders.addAll(List.of(orders));
        return this;
    }

    /** What the next completions become. */
    FaultyAio orderCompletions(LongUnaryOperator... orders) {
        completionOrders.addAll(List.of(orders));
        return this;
    }

    /** What every completion becomes. */
    FaultyAio orderEveryCompletion(LongUnaryOperator order) {
        always = order;
        return this;
    }

    /** What the next io_getevents do: -errno, or 0 for the kernel's own answer. */
    FaultyAio orderWaits(Integer... orders) {
        waitOrders.addAll(List.of(orders));
        return this;
    }

    /** What is run before and after every io_submit and io_getevents. */
    FaultyAio orderWatch(Runnable step) {
        watcher = step;
        return this;
    }

    /** Whether the watcher is being run before an io_submit. */
    boolean isAboutToSubmit() {
        return aboutToSubmit;
    }

    /** The calls made so far, such as "submit 3", "getevents 1", "destroy". */
    List<String> trace() {
        return List.copyOf(trace);
    }

    @Override
    public int setup(MemorySegment errno, int eventCount, MemorySegment context) {
        trace.add("setup " + eventCount);
        return setupOrder < 0 ? setupOrder : kernel.setup(errno, eventCount, context);
    }

    @Override
    public int submit(MemorySegment errno, long context, int count, MemorySegment addresses) {
        aboutToSubmit = true;
        watcher.run();
        aboutToSubmit = false;
        int result = orderedSubmit(errno, context, count, addresses);
        watcher.run();
        return result;
    }

    private int orderedSubmit(
            MemorySegment errno, long context, int count, MemorySegment addresses) {
        trace.add("submit " + count);
        Integer order = submitOrders.poll();
        if (order == null) {
            return kernel.submit(errno, context, count, addresses);
        }
        return order < 0 ? order : kernel.submit(errno, context, Math.min(order, count), addresses);
    }

    @Override
    public int getevents(
            MemorySegment errno,
            long context,
            int minimum,
            int maximum,
            MemorySegment events,
            MemorySegment timeout) {
        watcher.run();
        int count = orderedGetevents(errno, context, minimum, maximum, events, timeout);
        watcher.run();
        return count;
    }

    private int orderedGetevents(
            MemorySegment errno,
            long context,
            int minimum,
            int maximum,
            MemorySegment events,
            MemorySegment timeout) {
        trace.add("getevents " + minimum);
        Integer order = waitOrders.poll();
        if (order != null && order < 0) {
            return order;
        }
        int count = kernel.getevents(errno, context, minimum, maximum, events, timeout);
        for (int i = 0; i < count; i++) {
            LongUnaryOperator change = completionOrders.poll();
            long at = i * IoEvent.LAYOUT.byteSize() + RES;
            long result = events.get(ValueLayout.JAVA_LONG, at);
            events.set(
                    ValueLayout.JAVA_LONG,
                    at,
                    (change == null ? always : change).applyAsLong(result));
        }
        return count;
    }

    @Override
    public int destroy(MemorySegment errno, long context) {
        trace.add("destroy");
        return kernel.destroy(errno, context);
    }
}
