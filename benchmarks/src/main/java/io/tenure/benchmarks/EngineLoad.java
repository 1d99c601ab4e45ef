package io.tenure.benchmarks;

import io.tenure.bindings.libc.MappedRegion;
import io.tenure.io.BlockDevice;
import io.tenure.io.engine.EngineKind;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoEngines;
import io.tenure.io.engine.IoGate;
import io.tenure.io.engine.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Keeps one engine busy: as many requests in flight as it may have, each followed by the next as
 * soon as it has come back. Belongs to one thread.
 */
final class EngineLoad implements AutoCloseable {
    /** Less would lie on small pages. */
    private static final long HUGE_PAGE_BYTES = 2L << 20;

    /** What the requests do. */
    enum Shape {
        /** Reads of 4 KiB anywhere. */
        RANDOM_READ(4 << 10),
        /** Writes of 4 KiB anywhere. */
        RANDOM_WRITE(4 << 10),
        /** Reads of 1 MiB, one behind the other, and each written to the destination. */
        COPY(1 << 20);

        private final int requestBytes;

        Shape(int requestBytes) {
            this.requestBytes = requestBytes;
        }

        int requestBytes() {
            return requestBytes;
        }
    }

    private final Shape shape;
    private final BlockDevice source;
    private final BlockDevice destination;
    private final MappedRegion region;
    private final MemorySegment[] buffers;
    private final IoEngine engine;
    private final IoRequest[] completed;
    private final SplittableRandom random = new SplittableRandom(1);
    private final long places;
    private long nextPlace;

    /**
     * Opens an engine.
     *
     * @param kind which engine
     * @param shape what its requests do
     * @param depth how many are in flight
     * @param source what is read; what random requests go to
     * @param destination where copies go
     * @throws IOException the engine or its memory is not to be had
     */
    EngineLoad(EngineKind kind, Shape shape, int depth, BlockDevice source, BlockDevice destination)
            throws IOException {
        this.shape = shape;
        this.source = source;
        this.destination = destination;
        this.places = source.geometry().sizeBytes() / shape.requestBytes();
        this.completed = new IoRequest[depth];
        this.buffers = new MemorySegment[depth];
        long bytes = (long) depth * shape.requestBytes();
        this.region = MappedRegion.anonymous(Math.max(bytes, HUGE_PAGE_BYTES));
        for (int i = 0; i < depth; i++) {
            buffers[i] =
                    region.segment().asSlice((long) i * shape.requestBytes(), shape.requestBytes());
        }
        try {
            this.engine = IoEngines.open(kind, new IoGate(), depth, List.of(source, destination));
        } catch (IOException | RuntimeException | Error e) {
            region.close();
            throw e;
        }
        try {
            engine.register(region.segment());
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Completes at least so many operations, and leaves none in flight. */
    void run(long operations) throws IOException {
        begin();
        turn(operations);
        end();
    }

    /** Puts all requests in flight. */
    void begin() {
        for (int i = 0; i < buffers.length; i++) {
            submitNext(new IoRequest(i));
        }
    }

    /** Completes at least so many operations, and keeps the engine full. */
    void turn(long operations) throws IOException {
        long left = operations;
        while (left > 0) {
            int count = engine.reap(1, completed);
            for (int i = 0; i < count; i++) {
                left -= goOn(completed[i]);
            }
        }
    }

    /** Waits for what is in flight. */
    void end() throws IOException {
        while (engine.inFlight() > 0) {
            int count = engine.reap(1, completed);
            for (int i = 0; i < count; i++) {
                check(completed[i]);
            }
        }
    }

    @Override
    public void close() {
        engine.close();
        region.close();
    }

    /** Submits what follows; returns how many operations are complete by this, 0 or 1. */
    private int goOn(IoRequest request) throws IOException {
        check(request);
        if (shape == Shape.COPY && request.operation() == IoRequest.Operation.READ) {
            request.prepareWrite(destination, request.offsetBytes(), request.memory());
            engine.submit(request);
            return 0;
        }
        submitNext(request);
        return 1;
    }

    private void submitNext(IoRequest request) {
        MemorySegment memory = buffers[request.tag()];
        long offsetBytes = place() * shape.requestBytes();
        if (shape == Shape.RANDOM_WRITE) {
            request.prepareWrite(source, offsetBytes, memory);
        } else {
            request.prepareRead(source, offsetBytes, memory);
        }
        engine.submit(request);
    }

    private long place() {
        if (shape == Shape.COPY) {
            nextPlace = (nextPlace + 1) % places;
            return nextPlace;
        }
        return random.nextLong(places);
    }

    private static void check(IoRequest request) throws IOException {
        Throwable failure = request.failure();
        if (failure != null) {
            throw new IOException("a request failed", failure);
        }
    }
}
