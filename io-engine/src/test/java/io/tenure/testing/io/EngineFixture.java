package io.tenure.testing.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import io.tenure.io.engine.IoRequest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** An engine to be tested, with a device that it knows, a gate and memory. For one thread. */
final class EngineFixture implements AutoCloseable {
    /** The depth of the engine. */
    static final int DEPTH = 4;

    /** How much one request moves in most tests; every device's unit divides it. */
    static final int UNIT_BYTES = 4096;

    /** The size of every device. */
    static final int SIZE_BYTES = 1 << 20;

    /** What a part of the contract is tried on. */
    interface Owner {
        EngineFixture fixture();
    }

    /** How the engines to be tested are made. */
    @FunctionalInterface
    interface Engines {
        IoEngine create(IoGate gate) throws IOException;
    }

    /** How devices are made that the engines work with. */
    @FunctionalInterface
    interface Devices {
        BlockDevice open(Path path, long sizeBytes) throws IOException;
    }

    final IoGate gate = new IoGate();
    final IoEngine engine;
    final BlockDevice device;
    private final Arena arena = Arena.ofShared();
    private final Engines engines;
    private final Devices devices;
    private final Path directory;

    EngineFixture(Engines engines, Devices devices, Path directory) throws IOException {
        this.engines = engines;
        this.devices = devices;
        this.directory = directory;
        device = openDevice("volume");
        engine = createEngine(gate);
        engine.register(device);
    }

    /** Ends the engine before the memory and the device that it uses. */
    @Override
    public void close() throws IOException {
        engine.close();
        arena.close();
        device.close();
    }

    /** One more engine, which the test closes. */
    IoEngine createEngine(IoGate itsGate) throws IOException {
        return engines.create(itsGate);
    }

    /** One more device, which the test closes. */
    BlockDevice openDevice(String name) throws IOException {
        return devices.open(directory.resolve(name), SIZE_BYTES);
    }

    /** The device once more, where nothing can be written. */
    BlockDevice openReadOnly() throws IOException {
        return BlockDevices.open(Path.of(device.name()), Access.READ_ONLY);
    }

    /** The beginning of the device as its own methods read it. */
    byte[] content(int sizeBytes) throws IOException {
        MemorySegment memory = allocate(sizeBytes);
        assertThat(device.read(0, memory)).isEqualTo(sizeBytes);
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    /** Memory for requests, of zeroes. */
    MemorySegment allocate(long sizeBytes) {
        return arena.allocate(sizeBytes, UNIT_BYTES);
    }

    /** Memory for one request, of one value. */
    MemorySegment filled(int value) {
        return allocate(UNIT_BYTES).fill((byte) value);
    }

    /** A request that reads the first unit. */
    IoRequest read(int tag) {
        IoRequest request = new IoRequest(tag);
        request.prepareRead(device, 0, filled(0));
        return request;
    }

    /** As many writes as the engine is deep, submitted: i + 1 to the i-th unit. */
    IoRequest[] submitWrites() {
        IoRequest[] requests = new IoRequest[DEPTH];
        for (int i = 0; i < DEPTH; i++) {
            requests[i] = new IoRequest(i);
            requests[i].prepareWrite(device, (long) i * UNIT_BYTES, filled(i + 1));
            engine.submit(requests[i]);
        }
        return requests;
    }

    /** Reaps all that is in flight, each request once. */
    void reapAll() {
        IoRequest[] completed = new IoRequest[DEPTH];
        Set<IoRequest> seen = new HashSet<>();
        while (engine.inFlight() > 0) {
            int count = engine.reap(1, completed);
            for (int i = 0; i < count; i++) {
                assertThat(seen.add(completed[i])).isTrue();
            }
        }
    }
}
