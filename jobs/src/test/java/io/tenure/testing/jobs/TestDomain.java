package io.tenure.testing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Clock;
import io.tenure.domain.DomainSpec;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.domain.VolumeStore;
import io.tenure.format.Allocation;
import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeState;
import io.tenure.io.Access;
import io.tenure.io.copy.CopyTuning;
import io.tenure.io.copy.RateLimiter;
import io.tenure.jobs.IoPriority;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real domain with local leases, opened by one agent: with a runner of its own, whose devices and
 * leases a test can watch and break.
 */
public final class TestDomain implements AutoCloseable {
    /** How many volumes it can hold. */
    public static final int MAX_VOLUMES = 6;

    /** Small requests, so that a small volume takes many. */
    public static final CopySettings SMALL_REQUESTS = requests(64 << 10, 2);

    /** Slow zeroing in small steps: 1 MiB takes eight seconds. */
    public static final ZeroSettings SMALL_STEPS =
            new ZeroSettings(RateLimiter.MINIMUM_LIMIT, IoPriority.NONE);

    /** How long a test waits for what must happen. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration VERIFY_INTERVAL = Duration.ofMillis(50);

    private final Trace trace = new Trace();
    private final TestDevices devices = new TestDevices();
    private final TestLeases leases = new TestLeases(trace);
    private final LeaseManagers managers = new LeaseManagers(List.of(leases));
    private final StorageDomain domain;
    private final JobRunner runner;

    private TestDomain(Path path, Duration leaseWait) throws IOException {
        domain = StorageDomain.open(path, Access.READ_WRITE, devices);
        runner =
                JobRunner.start(
                        managers,
                        new JobSettings(
                                Clock.SYSTEM,
                                devices,
                                leaseWait,
                                VERIFY_INTERVAL,
                                JobSettings.DEFAULT_BUFFER_LIMIT_BYTES),
                        4,
                        16);
    }

    /**
     * Makes a small domain and opens it.
     *
     * @param path an empty directory, or a block device
     * @return the domain; jobs do not wait for leases
     * @throws IOException if it cannot be made
     */
    public static TestDomain create(Path path) throws IOException {
        format(path);
        return open(path);
    }

    /**
     * Makes a small domain.
     *
     * @param path an empty directory, or a block device
     * @throws IOException if it cannot be made
     */
    public static void format(Path path) throws IOException {
        DomainSpec spec =
                new DomainSpec(
                        UUID.randomUUID(),
                        LeaseKind.LOCAL,
                        OptionalInt.empty(),
                        DomainSpec.DEFAULT_LEASE_ALIGN_BYTES,
                        OptionalInt.of(MAX_VOLUMES),
                        DomainSpec.DEFAULT_IO_TIMEOUT_SECONDS);
        StorageDomain.create(path, spec, new TestLeases(new Trace())::formatDomain).close();
    }

    /**
     * Opens a domain as one more agent.
     *
     * @param path where it lies
     * @return the domain; jobs do not wait for leases
     * @throws IOException if it cannot be opened
     */
    public static TestDomain open(Path path) throws IOException {
        return open(path, Duration.ZERO);
    }

    /**
     * Opens a domain as one more agent, whose jobs wait for leases.
     *
     * @param path where it lies
     * @param leaseWait for how long
     * @return the domain
     * @throws IOException if it cannot be opened
     */
    public static TestDomain open(Path path, Duration leaseWait) throws IOException {
        return new TestDomain(path, leaseWait);
    }

    /**
     * Settings of a copy.
     *
     * @param requestBytes the size of a request
     * @param depth how many are in flight
     * @return the defaults but for these
     */
    public static CopySettings requests(int requestBytes, int depth) {
        return CopySettings.DEFAULT.withTuning(
                CopyTuning.DEFAULT.withRequestBytes(requestBytes).withDepth(depth));
    }

    /**
     * The domain.
     *
     * @return it is open
     */
    public StorageDomain domain() {
        return domain;
    }

    /**
     * The runner.
     *
     * @return it is running
     */
    public JobRunner runner() {
        return runner;
    }

    /**
     * What leases and devices did.
     *
     * @return the trace of this agent
     */
    public Trace trace() {
        return trace;
    }

    /**
     * The devices of this agent's domain and jobs.
     *
     * @return where to break them
     */
    public TestDevices devices() {
        return devices;
    }

    /**
     * The leases of this agent.
     *
     * @return where to break them
     */
    public TestLeases leases() {
        return leases;
    }

    /**
     * The managers with these leases alone.
     *
     * @return as the runner has them
     */
    public LeaseManagers managers() {
        return managers;
    }

    /** From now on the trace shows record reads and writes, and writes to data, too. */
    public void traceDevices() {
        devices.add(
                new DeviceHook() {
                    @Override
                    public void before(DeviceEvent event) {
                        String where =
                                event.path().equals(domain.controlPath()) ? "record" : "data";
                        switch (event.kind()) {
                            case READ -> {
                                if (where.equals("record")) {
                                    trace.add("read record");
                                }
                            }
                            case WRITE, ZERO, DISCARD -> trace.add("write " + where);
                            case FLUSH -> trace.add("flush " + where);
                            case CLOSE -> {}
                        }
                    }
                });
    }

    /**
     * An observer that tells the trace which records were written.
     *
     * @return lines such as {@code record ILLEGAL 5}
     */
    public JobObserver tracer() {
        return new JobObserver() {
            @Override
            public void recordWritten(Job job, VolumeRecord record) {
                trace.add("record " + record.legality() + " " + record.generation());
            }
        };
    }

    /**
     * Submits a job.
     *
     * @param job the job
     * @return its handle
     * @throws IOException if it was rejected
     */
    public JobHandle start(Job job) throws IOException {
        return runner.submit(job, tracer());
    }

    /**
     * Runs a job to its end.
     *
     * @param job the job
     * @return how it ended
     * @throws IOException if it was rejected
     * @throws InterruptedException if the thread was interrupted
     */
    public JobResult run(Job job) throws IOException, InterruptedException {
        return await(start(job));
    }

    /**
     * Waits for a job's end.
     *
     * @param handle the job
     * @return how it ended
     * @throws InterruptedException if the thread was interrupted
     */
    public static JobResult await(JobHandle handle) throws InterruptedException {
        return handle.await(LIMIT)
                .orElseThrow(() ->
                        new AssertionError(
                                "job " + handle.id() + " did not end: " + handle.state()));
    }

    /**
     * Creates a volume on a file.
     *
     * @param capacityBytes its size
     * @return its id; generation 1, LEGAL
     * @throws IOException if the job was rejected
     * @throws InterruptedException if the thread was interrupted
     */
    public UUID createVolume(long capacityBytes) throws IOException, InterruptedException {
        return createVolume(capacityBytes, Optional.empty());
    }

    /**
     * Creates a volume.
     *
     * @param capacityBytes its size
     * @param device where its data lies; empty for a file
     * @return its id; generation 1, LEGAL
     * @throws IOException if the job was rejected
     * @throws InterruptedException if the thread was interrupted
     */
    public UUID createVolume(long capacityBytes, Optional<Path> device)
            throws IOException, InterruptedException {
        UUID id = UUID.randomUUID();
        requireDone(run(create(id, capacityBytes, device)));
        return id;
    }

    /**
     * A job that creates a volume.
     *
     * @param volumeId its id
     * @param capacityBytes its size
     * @param device where its data lies; empty for a file
     * @return the job
     * @throws IOException if the volume makes no sense
     */
    public CreateVolume create(UUID volumeId, long capacityBytes, Optional<Path> device)
            throws IOException {
        return new CreateVolume(
                UUID.randomUUID(),
                domain,
                new VolumeSpec(
                        volumeId, capacityBytes, Allocation.SPARSE, device, "made by a test"));
    }

    /**
     * Creates a volume on a file and fills it with random data.
     *
     * @param content a file that is as long as the volume is to be
     * @return its id; generation 2, LEGAL
     * @throws IOException if the jobs were rejected
     * @throws InterruptedException if the thread was interrupted
     */
    public UUID createVolumeFrom(Path content) throws IOException, InterruptedException {
        UUID id = createVolume(Files.size(content));
        requireDone(run(copy(content, id, null)));
        return id;
    }

    /**
     * A job that copies a file onto a volume.
     *
     * @param source the file
     * @param volumeId the volume
     * @param expectedGeneration what storage must say; null for whatever
     * @return the job
     */
    public CopyVolume copy(Path source, UUID volumeId, @Nullable Long expectedGeneration) {
        return copy(new CopySource.Outside(source), volumeId, expectedGeneration);
    }

    /**
     * A job that copies a volume of this domain onto another.
     *
     * @param source the volume to read
     * @param volumeId the volume to write
     * @param expectedGeneration what storage must say; null for whatever
     * @return the job
     */
    public CopyVolume copy(UUID source, UUID volumeId, @Nullable Long expectedGeneration) {
        return copy(new CopySource.OfVolume(domain, source), volumeId, expectedGeneration);
    }

    private CopyVolume copy(CopySource source, UUID volumeId, @Nullable Long expectedGeneration) {
        return new CopyVolume(
                UUID.randomUUID(), source, domain, volumeId, expectedGeneration, SMALL_REQUESTS);
    }

    /**
     * Looks a volume up on storage.
     *
     * @param volumeId its id
     * @return as it is now
     * @throws IOException if there is none
     */
    public Volume volume(UUID volumeId) throws IOException {
        return domain.find(volumeId);
    }

    /**
     * Reads a volume's record.
     *
     * @param volumeId its id
     * @return as it is now
     * @throws IOException if there is none
     */
    public VolumeRecord record(UUID volumeId) throws IOException {
        return volume(volumeId).record();
    }

    /**
     * Puts a volume at a generation, as if that many jobs had run.
     *
     * @param volumeId the volume, which becomes LEGAL
     * @param generation the generation
     * @throws IOException if it cannot be written
     */
    public void setGeneration(UUID volumeId, long generation) throws IOException {
        write(
                record(volumeId),
                record(volumeId).allocation(),
                new VolumeState(generation, Legality.LEGAL, Optional.empty(), List.of()));
    }

    /**
     * Says in a volume's record that it is preallocated.
     *
     * @param volumeId the volume
     * @throws IOException if it cannot be written
     */
    public void setPreallocated(UUID volumeId) throws IOException {
        VolumeRecord now = record(volumeId);
        write(now, Allocation.PREALLOCATED, now.state());
    }

    /**
     * Writes a record, as its owner would under the lease.
     *
     * @param domain where
     * @param record what its slot is to say
     * @throws IOException if it cannot be written
     */
    public static void put(StorageDomain domain, VolumeRecord record) throws IOException {
        VolumeStore store = domain.store();
        store.write(store.read(record.slotIndex()), record, () -> {});
    }

    private void write(VolumeRecord now, Allocation allocation, VolumeState state)
            throws IOException {
        put(
                domain,
                new VolumeRecord(
                        now.slotIndex(),
                        now.domainId(),
                        now.volumeId(),
                        now.imageId(),
                        now.parentId(),
                        now.capacityBytes(),
                        now.format(),
                        allocation,
                        now.location(),
                        now.created(),
                        now.description(),
                        state));
    }

    /**
     * How many records were written since the trace began.
     *
     * @return records; each goes into both copies
     */
    public int recordsWritten() {
        int sectors = 0;
        for (String line : trace().lines()) {
            sectors += line.equals("write record") ? 1 : 0;
        }
        if (sectors % 2 != 0) {
            throw new AssertionError("a record went into one copy alone: " + trace().lines());
        }
        return sectors / 2;
    }

    /**
     * How much storage a file takes.
     *
     * @param file its path
     * @return bytes, in whole blocks of 512
     * @throws IOException if it cannot be told
     */
    public static long allocatedBytes(Path file) throws IOException {
        // Java does not tell st_blocks; stat(1) does.
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        try (BufferedReader reader = stat.inputReader()) {
            return 512 * Long.parseLong(reader.readLine());
        }
    }

    /**
     * Reads a metadata slot, both copies, past all code that knows what it means.
     *
     * @param slotIndex the slot
     * @return its bytes
     * @throws IOException if it cannot be read
     */
    public byte[] slotBytes(int slotIndex) throws IOException {
        byte[] slot = new byte[DomainLayout.METADATA_SLOT_BYTES];
        try (RandomAccessFile file = new RandomAccessFile(domain.controlPath().toFile(), "r")) {
            file.seek(domain.superblock().layout().metadataOffset(slotIndex));
            file.readFully(slot);
        }
        return slot;
    }

    /**
     * Asks who holds a volume's lease.
     *
     * @param volumeId the volume
     * @return as storage and kernel say
     * @throws IOException if there is no such volume
     */
    public LeaseState lease(UUID volumeId) throws IOException {
        return leases.inspect(domain.leaseArea(volume(volumeId).slotIndex(), volumeId));
    }

    /**
     * Writes a file of random bytes, which depend on its name.
     *
     * @param file its path
     * @param bytes how many
     * @return the path
     * @throws IOException if it cannot be written
     */
    public static Path randomFile(Path file, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(file.getFileName().toString().hashCode()).nextBytes(content);
        return Files.write(file, content);
    }

    /**
     * Fails unless a job is done.
     *
     * @param result how it ended
     */
    public static void requireDone(JobResult result) {
        assertThat(result.outcome()).as("outcome of %s", result).isEqualTo(JobState.DONE);
    }

    @Override
    public void close() throws IOException {
        devices.clear();
        runner.close();
        domain.close();
        managers.close();
    }
}
