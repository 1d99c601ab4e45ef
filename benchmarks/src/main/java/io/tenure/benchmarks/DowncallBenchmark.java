package io.tenure.benchmarks;

import io.tenure.bindings.libc.Libc;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What does a system call cost through the Foreign Function and Memory API? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DowncallBenchmark {
    /** Creates the state. */
    public DowncallBenchmark() {}

    /**
     * The cheapest system call.
     *
     * @return the process id
     */
    @Benchmark
    public int getpid() {
        return Libc.getpid();
    }

    /**
     * A call that fails: what capturing errno costs.
     *
     * @return -EBADF
     */
    @Benchmark
    public int closeOfNothing() {
        return Libc.close(-1);
    }
}
