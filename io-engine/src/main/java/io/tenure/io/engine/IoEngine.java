package io.tenure.io.engine;

import io.tenure.io.BlockDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Keeps several requests in flight.
 *
 * <p>Requests complete in any order. One thread, the driver, submits and reaps; the engine's own
 * threads, if it has any, throw nothing across: a failure is in the request that failed. Every
 * request enters the job's {@link IoGate} directly before the system call that submits it and
 * leaves after its completion; one that the gate refuses completes with {@link
 * GateClosedException}.
 *
 * <p>A request's memory is touched until its completion was seen, also by a kernel that knows
 * nothing of Java. Whoever owns it must not let it go before {@link #reap} handed the request back,
 * or {@link #drain} or {@link #close} returned.
 *
 * <p>An engine may carry out a {@link IoRequest.Operation#ZERO} while {@link #submit} runs, since
 * the kernel has no asynchronous call for every way of zeroing.
 */
public interface IoEngine extends AutoCloseable {

    /**
     * The most requests that can be in flight.
     *
     * @return the limit, at least 1
     */
    int depth();

    /**
     * How many requests were submitted and not reaped.
     *
     * @return 0 to {@link #depth}
     */
    int inFlight();

    /**
     * Makes a device known before its first request, so that what a request needs is looked up
     * once. The device stays open until the engine is closed. A request to a device that is not
     * registered works too, but may be carried out while {@link #submit} runs.
     *
     * @param device the device
     * @throws IOException the device is closed, or the kernel refuses it
     */
    void register(BlockDevice device) throws IOException;

    /**
     * Makes the memory known that requests will use. Other memory works too, but may cost more.
     *
     * @param memory all of it, valid until the engine is closed
     * @throws IOException the kernel refuses it
     */
    void register(MemorySegment memory) throws IOException;

    /**
     * Ties a lease to this engine's writes, where the kernel does not do so by itself: the file
     * whose closing frees the lease stays open until the last request has ended, however the
     * process ends. To be called by the driver for every lease that the engine writes under, before
     * the first write.
     *
     * @param leaseDescriptor the connection or the lock that holds the lease
     * @throws IOException the kernel refuses it
     */
    void bindTo(int leaseDescriptor) throws IOException;

    /**
     * Hands a prepared request to the engine. Does not wait for the device, but see the class
     * comment. The engine may keep requests together and give them to the kernel at the next {@link
     * #reap} or {@link #drain}.
     *
     * @param request a request that is not in flight
     * @throws IllegalStateException {@link #depth} requests are in flight, or the engine is closed,
     *     or see {@link IoRequest#checkFor}
     */
    void submit(IoRequest request);

    /**
     * Waits for completions and takes them. Does not react to interruption, because memory in
     * flight cannot be taken back; the thread's interrupt status is kept.
     *
     * @param minimum how many to wait for: 0 to the number in flight
     * @param into where to put them; as many as fit are taken
     * @return how many were taken
     * @throws IllegalArgumentException fewer are in flight, or fewer fit
     */
    int reap(int minimum, IoRequest[] into);

    /**
     * Gives up what was submitted and has not reached the kernel. Such requests complete with
     * {@link java.util.concurrent.CancellationException}; the others go on. All have to be reaped.
     *
     * @return how many were given up
     */
    int cancel();

    /**
     * Waits until the devices have answered every submitted request. Completions are kept for
     * {@link #reap}; afterwards no memory is touched. Does not react to interruption.
     */
    void drain();

    /**
     * Which of the kinds this is, however it was chosen.
     *
     * @return never {@link EngineKind#AUTO}
     */
    EngineKind kind();

    /**
     * Whether the kernel keeps the process's files open until its requests have ended, however the
     * process ends. Only then does a lease that the process holds outlive its writes.
     *
     * @return true if writes under a lease may go through this engine
     */
    boolean isKillSafe();

    /** Drains and ends. Completions that were not reaped are lost. Closing again does nothing. */
    @Override
    void close();
}
