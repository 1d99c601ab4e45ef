package io.tenure.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What does the checksum of a request of 1 MiB cost? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ChecksumBenchmark {
    private static final int PIECE_BYTES = 1 << 20;

    /** How much memory is gone through, piece by piece: 1 stays in the caches, 256 does not. */
    @Param({"1", "256"})
    public int mebibytes = 1;

    private final Arena arena = Arena.ofShared();
    private final CRC32C crc32c = new CRC32C();
    private final CRC32 crc32 = new CRC32();
    private ByteBuffer[] pieces = {};
    private int at;

    /** Creates the state. */
    public ChecksumBenchmark() {}

    /** Makes the memory and fills it. */
    @Setup
    public void allocate() {
        MemorySegment memory = arena.allocate((long) mebibytes * PIECE_BYTES, 4096);
        SplittableRandom random = new SplittableRandom(1);
        for (long i = 0; i < memory.byteSize(); i += Long.BYTES) {
            memory.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
        pieces = new ByteBuffer[mebibytes];
        for (int i = 0; i < mebibytes; i++) {
            pieces[i] = memory.asSlice((long) i * PIECE_BYTES, PIECE_BYTES).asByteBuffer();
        }
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        arena.close();
    }

    /**
     * What {@code --checksum} computes.
     *
     * @return the checksum
     */
    @Benchmark
    public long crc32c() {
        return compute(crc32c);
    }

    /**
     * The one of zip files.
     *
     * @return the checksum
     */
    @Benchmark
    public long crc32() {
        return compute(crc32);
    }

    private long compute(Checksum checksum) {
        at = (at + 1) % pieces.length;
        checksum.reset();
        checksum.update(pieces[at].rewind());
        return checksum.getValue();
    }
}
