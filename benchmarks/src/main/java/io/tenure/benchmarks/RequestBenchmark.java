package io.tenure.benchmarks;

import io.tenure.io.FileDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What does one direct read, one direct write of 4 KiB cost, as records are read and written? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RequestBenchmark {
    private static final int REQUEST_BYTES = 4096;
    private static final int FILE_BYTES = 16 << 20;

    /** Where the file is made, and removed. */
    @Param("/var/tmp")
    public String directory = "/var/tmp";

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(REQUEST_BYTES, 4096).fill((byte) 1);
    private ScratchFile file;
    private FileDevice device;
    private long at;

    /** Creates the state. */
    @SuppressWarnings("NullAway.Init") // JMH calls make() first
    public RequestBenchmark() {}

    /**
     * Makes the file, all of it written.
     *
     * @throws IOException it cannot be made
     */
    @Setup(Level.Trial)
    public void make() throws IOException {
        file = ScratchFile.create(Path.of(directory), FILE_BYTES);
        device = file.device();
        for (long offset = 0; offset < FILE_BYTES; offset += REQUEST_BYTES) {
            device.write(offset, memory);
        }
        device.flush();
    }

    /**
     * Removes the file.
     *
     * @throws IOException it stays behind
     */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        arena.close();
        file.close();
    }

    private long next() {
        at = (at + REQUEST_BYTES) % FILE_BYTES;
        return at;
    }

    /**
     * Reads.
     *
     * @return how many bytes
     * @throws IOException the read failed
     */
    @Benchmark
    public int read() throws IOException {
        return device.read(next(), memory);
    }

    /**
     * Writes.
     *
     * @throws IOException the write failed
     */
    @Benchmark
    public void write() throws IOException {
        device.write(next(), memory);
    }

    /**
     * Writes and flushes: what makes a record durable.
     *
     * @throws IOException one of the two failed
     */
    @Benchmark
    public void writeAndFlush() throws IOException {
        device.write(next(), memory);
        device.flush();
    }
}
