package io.tenure.benchmarks;

import io.tenure.domain.DomainSpec;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.LeaseKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.local.LocalLeaseManager;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
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

/**
 * What does a small copy cost an agent whose JVM is already running? A whole job: local lease,
 * records, copy and flush; and for comparison a job without data. The volume's file has been
 * written before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ResidentCopyBenchmark {
    /** How much random data is copied. */
    @Param("64")
    public int mebibytes = 64;

    /** Where the domain is made, and removed. */
    @Param("/var/tmp")
    public String directory = "/var/tmp";

    private final UUID volumeId = UUID.randomUUID();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private Path folder;
    private Path source;
    private StorageDomain domain;
    private JobRunner runner;
    private long generation;

    /** Creates the state. */
    @SuppressWarnings("NullAway.Init") // JMH calls open() first
    public ResidentCopyBenchmark() {}

    /**
     * Makes source, domain and volume.
     *
     * @throws Exception one of them cannot be made
     */
    @Setup(Level.Trial)
    public void open() throws Exception {
        folder = Files.createTempDirectory(Path.of(directory), "tenure-bench");
        source = folder.resolve("source");
        writeSource();
        LocalLeaseManager leases = new LocalLeaseManager();
        DomainSpec spec = DomainSpec.of(LeaseKind.LOCAL);
        domain = open(StorageDomain.create(folder, spec, leases::formatDomain));
        LeaseManagers managers = open(new LeaseManagers(List.of(leases)));
        runner = open(JobRunner.start(managers, JobSettings.DEFAULT, 1, 1));
        long sizeBytes = (long) mebibytes << 20;
        VolumeSpec volume =
                new VolumeSpec(volumeId, sizeBytes, Allocation.SPARSE, Optional.empty(), "");
        run(new CreateVolume(UUID.randomUUID(), domain, volume));
    }

    /**
     * Removes all of it.
     *
     * @throws Exception something stays behind
     */
    @TearDown(Level.Trial)
    public void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    /**
     * The copy.
     *
     * @return what came of it
     * @throws Exception it failed
     */
    @Benchmark
    public Object copy() throws Exception {
        return run(
                new CopyVolume(
                        UUID.randomUUID(),
                        new CopySource.Outside(source),
                        domain,
                        volumeId,
                        generation,
                        CopySettings.DEFAULT));
    }

    /**
     * A job that takes the lease and writes the record once.
     *
     * @return what came of it
     * @throws Exception it failed
     */
    @Benchmark
    public Object withoutData() throws Exception {
        return run(new UpdateVolume(UUID.randomUUID(), domain, volumeId, generation, "described"));
    }

    private JobResult run(Job job) throws Exception {
        JobResult result = runner.submit(job, JobObserver.NONE).await();
        Long after = result.generationAfter();
        if (result.outcome() != JobState.DONE || after == null) {
            throw new IOException("the job failed: " + result);
        }
        generation = after;
        return result;
    }

    private void writeSource() throws IOException {
        byte[] piece = new byte[1 << 20];
        Random random = new Random(1);
        try (OutputStream stream = Files.newOutputStream(source)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(piece);
                stream.write(piece);
            }
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.push(resource);
        return resource;
    }
}
