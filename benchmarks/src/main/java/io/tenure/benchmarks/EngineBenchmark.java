package io.tenure.benchmarks;

import io.tenure.io.engine.EngineKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What does a request cost through each engine, with so many in flight? For a comparison of
 * engines, which needs interleaved rounds, see {@link EngineComparison}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EngineBenchmark {
    /** One invocation completes at least so many requests. */
    private static final int OPERATIONS = 64;

    /** The engine. */
    @Param({"AIO", "THREADS"})
    public String engine = "AIO";

    /** Requests in flight. */
    @Param({"1", "4", "16", "32", "64"})
    public int depth = 1;

    /** RANDOM_READ and RANDOM_WRITE of 4 KiB, or COPY by 1 MiB. */
    @Param({"RANDOM_READ", "RANDOM_WRITE", "COPY"})
    public String shape = "RANDOM_READ";

    /** Where the files are made, and removed. */
    @Param("/var/tmp")
    public String directory = "/var/tmp";

    /** Whether loop devices lie over the files, which needs root. */
    @Param("false")
    public boolean loop;

    /** How large each of the two devices is. */
    @Param("512")
    public int sizeMebibytes = 512;

    private BenchmarkDevice source;
    private BenchmarkDevice destination;
    private EngineLoad load;

    /** Creates the state. */
    @SuppressWarnings("NullAway.Init") // JMH calls open() first
    public EngineBenchmark() {}

    /**
     * Makes the devices and fills the engine.
     *
     * @throws IOException they cannot be had
     */
    @Setup(Level.Trial)
    public void open() throws IOException {
        source = device();
        destination = device();
        load =
                new EngineLoad(
                        EngineKind.valueOf(engine),
                        EngineLoad.Shape.valueOf(shape),
                        depth,
                        source.device(),
                        destination.device());
        load.begin();
    }

    /**
     * Removes the devices.
     *
     * @throws IOException something stays behind
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        try {
            load.end();
        } finally {
            load.close();
            source.close();
            destination.close();
        }
    }

    /**
     * Completed requests; of a copy, a read and a write together.
     *
     * @throws IOException a request failed
     */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void roundTrip() throws IOException {
        load.turn(OPERATIONS);
    }

    private BenchmarkDevice device() throws IOException {
        long sizeBytes = (long) sizeMebibytes << 20;
        Path where = Path.of(directory);
        return loop
                ? BenchmarkDevice.loop(where, sizeBytes)
                : BenchmarkDevice.file(where, sizeBytes);
    }
}
