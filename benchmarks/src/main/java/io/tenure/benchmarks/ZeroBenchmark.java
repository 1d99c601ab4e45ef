package io.tenure.benchmarks;

import io.tenure.io.copy.ZeroDetector;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How long does it take to find that 1 MiB is zero? The ways that were thought of. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ZeroBenchmark {
    private static final long PIECE_BYTES = 1 << 20;

    /** How much memory is gone through, piece by piece: 1 stays in the caches, 256 does not. */
    @Param({"1", "256"})
    public int mebibytes = 1;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment zeroes = arena.allocate(PIECE_BYTES, 4096);
    private MemorySegment memory = MemorySegment.NULL;
    private long at;

    /** Creates the state. */
    public ZeroBenchmark() {}

    /** Makes the memory, which is zero. */
    @Setup
    public void allocate() {
        memory = arena.allocate(mebibytes * PIECE_BYTES, 4096);
        memory.fill((byte) 0); // touched, or all of it would be the kernel's one page of zeroes
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        arena.close();
    }

    private long next() {
        at += PIECE_BYTES;
        if (at == memory.byteSize()) {
            at = 0;
        }
        return at;
    }

    /**
     * What a copy does: memory compared with itself, eight bytes further on.
     *
     * @return true
     */
    @Benchmark
    public boolean detector() {
        return ZeroDetector.isZero(memory, next(), PIECE_BYTES);
    }

    /**
     * Memory compared with as much memory that is zero.
     *
     * @return true
     */
    @Benchmark
    public boolean againstZeroes() {
        long from = next();
        return MemorySegment.mismatch(memory, from, from + PIECE_BYTES, zeroes, 0, PIECE_BYTES) < 0;
    }

    /**
     * A loop over longs, which ends at every 4 KiB when something was found.
     *
     * @return true
     */
    @Benchmark
    public boolean longLoop() {
        long from = next();
        for (long block = from; block < from + PIECE_BYTES; block += 4096) {
            long bits = 0;
            for (long i = block; i < block + 4096; i += Long.BYTES) {
                bits |= memory.get(ValueLayout.JAVA_LONG, i);
            }
            if (bits != 0) {
                return false;
            }
        }
        return true;
    }
}
