package io.tenure.benchmarks;

import io.tenure.io.FileDevice;
import io.tenure.io.extent.Extent;
import io.tenure.io.extent.ExtentSource;
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

/** What does it cost to go through all extents of a scattered file? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ExtentBenchmark {
    private static final long BLOCK_BYTES = 64 << 10;

    /** How many extents the file has: data and holes of 64 KiB by turns. */
    @Param({"32", "4096"})
    public int extents = 32;

    /** Where the file is made, and removed. */
    @Param("/var/tmp")
    public String directory = "/var/tmp";

    private ScratchFile file;

    /** Creates the state. */
    @SuppressWarnings("NullAway.Init") // JMH calls scatter() first
    public ExtentBenchmark() {}

    /**
     * Makes the file.
     *
     * @throws IOException it cannot be made
     */
    @Setup(Level.Trial)
    public void scatter() throws IOException {
        file = ScratchFile.create(Path.of(directory), extents * BLOCK_BYTES);
        FileDevice device = file.device();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(BLOCK_BYTES, 4096).fill((byte) 1);
            for (int i = 0; i < extents; i += 2) {
                device.write(i * BLOCK_BYTES, block);
            }
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
        file.close();
    }

    /**
     * All extents, from the beginning to the end.
     *
     * @return how many there are
     * @throws IOException the file cannot tell
     */
    @Benchmark
    public int walk() throws IOException {
        ExtentSource source = file.device().extents();
        long sizeBytes = extents * BLOCK_BYTES;
        int count = 0;
        for (long at = 0; at < sizeBytes; ) {
            Extent extent = source.extentAt(at, sizeBytes - at);
            at += extent.lengthBytes();
            count++;
        }
        return count;
    }
}
