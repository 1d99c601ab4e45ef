package io.tenure.jobs.sanlock;

import io.tenure.domain.DomainSpec;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.Allocation;
import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.internal.TryAll;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.Lockspace;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Several hosts that share one storage domain under sanlock, in this process, each with a real
 * daemon. Host i has host id i + 1. Starting takes about 6 seconds: share it.
 */
public final class DomainLab implements AutoCloseable {
    private static final int MAX_VOLUMES = 40;

    private final SanlockLab daemons;
    private final Path folder;
    private final List<LabHost> hosts = new ArrayList<>();

    private DomainLab(SanlockLab daemons) throws IOException {
        this.daemons = daemons;
        this.folder = Objects.requireNonNull(daemons.leaseFile("anchor", 1).getParent());
    }

    /**
     * A domain with the defaults, in memory, that all hosts have joined and see each other in.
     *
     * @param hostCount how many hosts
     * @return the lab
     * @throws IOException if it cannot be started
     */
    public static DomainLab start(int hostCount) throws IOException {
        return start(hostCount, null, spec(OptionalInt.empty(), 1 << 20));
    }

    /**
     * The same on a given device.
     *
     * @param hostCount how many hosts
     * @param device a block device for the domain; null for a directory in memory
     * @param spec what the domain is to be
     * @return the lab
     * @throws IOException if it cannot be started
     */
    public static DomainLab start(int hostCount, @Nullable Path device, DomainSpec spec)
            throws IOException {
        return start(SanlockLab.start(hostCount), device, spec);
    }

    /**
     * A domain with the defaults, in memory, on hosts with a clock of their own. Leases are best
     * held by processes of the hosts: see {@link SanlockLab}.
     *
     * @param hostCount how many hosts
     * @param factor how many times faster time passes for them, 1 to 10
     * @return the lab
     * @throws IOException if it cannot be started
     */
    public static DomainLab startWithClock(int hostCount, int factor) throws IOException {
        return start(
                SanlockLab.startWithClock(hostCount, factor),
                null,
                spec(OptionalInt.empty(), 1 << 20));
    }

    private static DomainLab start(SanlockLab daemons, @Nullable Path device, DomainSpec spec)
            throws IOException {
        DomainLab lab = new DomainLab(daemons);
        try {
            lab.open(device, spec);
            lab.daemons.join(lab.lockspace(1));
            lab.daemons.awaitAllLive(spec.domainId().toString());
            return lab;
        } catch (IOException | RuntimeException | Error e) {
            lab.close();
            throw e;
        }
    }

    /**
     * A small domain under sanlock with the shortest timeout.
     *
     * @param sectorBytes sector size; empty takes the device's own
     * @param leaseAlignBytes bytes for each lease
     * @return the specification
     */
    public static DomainSpec spec(OptionalInt sectorBytes, int leaseAlignBytes) {
        return new DomainSpec(
                UUID.randomUUID(),
                LeaseKind.SANLOCK,
                sectorBytes,
                leaseAlignBytes,
                OptionalInt.of(MAX_VOLUMES),
                SanlockLab.IO_TIMEOUT_SECONDS);
    }

    private void open(@Nullable Path device, DomainSpec spec) throws IOException {
        Path path = device == null ? Files.createDirectory(folder.resolve("domain")) : device;
        SanlockLeaseManager formatter = new SanlockLeaseManager(daemons.sanlock(0));
        StorageDomain.create(path, spec, formatter::formatDomain).close();
        for (int i = 0; i < daemons.hostCount(); i++) {
            hosts.add(new LabHost(i, daemons.sanlock(i), path));
        }
    }

    private Lockspace lockspace(long hostId) {
        StorageDomain domain = hosts.get(0).domain();
        DomainLayout layout = domain.superblock().layout();
        return new Lockspace(
                domain.id().toString(),
                hostId,
                domain.controlPath().toString(),
                layout.lockspaceOffset(),
                layout.sectorBytes(),
                layout.leaseAlignBytes());
    }

    /**
     * One of the hosts.
     *
     * @param index from 0
     * @return the host
     */
    public LabHost host(int index) {
        return hosts.get(index);
    }

    /**
     * The daemons behind the hosts.
     *
     * @return closed with this
     */
    public SanlockLab daemons() {
        return daemons;
    }

    /**
     * A folder in memory that goes with the lab.
     *
     * @return its path
     */
    public Path folder() {
        return folder;
    }

    /**
     * Makes a volume with a file below the domain, by a job of host 0.
     *
     * @param capacityBytes its size
     * @return its id; it stands at generation 1
     * @throws Exception if it cannot be made
     */
    public UUID createVolume(long capacityBytes) throws Exception {
        return createVolume(capacityBytes, Optional.empty());
    }

    /**
     * Makes a volume, by a job of host 0.
     *
     * @param capacityBytes its size
     * @param device where its data is to lie; empty for a file below the domain
     * @return its id; it stands at generation 1
     * @throws Exception if it cannot be made
     */
    public UUID createVolume(long capacityBytes, Optional<Path> device) throws Exception {
        UUID volume = UUID.randomUUID();
        JobResult made =
                host(0).run(
                                new CreateVolume(
                                        UUID.randomUUID(),
                                        host(0).domain(),
                                        new VolumeSpec(
                                                volume,
                                                capacityBytes,
                                                Allocation.SPARSE,
                                                device,
                                                "lab")));
        if (made.outcome() != JobState.DONE) {
            throw new AssertionError("volume not made: " + made);
        }
        return volume;
    }

    /**
     * Makes a file of random bytes in memory.
     *
     * @param bytes its size
     * @param seed what the bytes depend on
     * @return its path
     * @throws IOException if it cannot be written
     */
    public Path sourceFile(int bytes, long seed) throws IOException {
        byte[] data = new byte[bytes];
        new Random(seed).nextBytes(data);
        return Files.write(folder.resolve("source-" + UUID.randomUUID()), data);
    }

    /**
     * A job that copies a file into a volume.
     *
     * @param host who is to run it
     * @param source the file
     * @param volume the volume
     * @param expectedGeneration what storage must say
     * @return the job
     */
    public static CopyVolume copy(
            LabHost host, Path source, UUID volume, @Nullable Long expectedGeneration) {
        return new CopyVolume(
                UUID.randomUUID(),
                new CopySource.Outside(source),
                host.domain(),
                volume,
                expectedGeneration,
                CopySettings.DEFAULT);
    }

    /**
     * A volume as storage shows it now.
     *
     * @param volume its id
     * @return the volume
     * @throws IOException if it cannot be read
     */
    public Volume volume(UUID volume) throws IOException {
        return host(0).domain().find(volume);
    }

    /**
     * A volume's record as storage shows it now.
     *
     * @param volume its id
     * @return the record
     * @throws IOException if it cannot be read
     */
    public VolumeRecord record(UUID volume) throws IOException {
        return volume(volume).record();
    }

    /**
     * A volume's lease.
     *
     * @param volume its id
     * @return where it lies
     * @throws IOException if the volume cannot be found
     */
    public LeaseArea lease(UUID volume) throws IOException {
        return host(0).domain().leaseArea(volume(volume).slotIndex(), volume);
    }

    /**
     * All bytes of the records, both copies of each, to see whether one was touched.
     *
     * @return the metadata area
     * @throws IOException if it cannot be read
     */
    public byte[] metadata() throws IOException {
        StorageDomain domain = host(0).domain();
        DomainLayout layout = domain.superblock().layout();
        return bytes(
                domain.controlPath(),
                layout.metadataStart(),
                Math.toIntExact(layout.totalBytes() - layout.metadataStart()));
    }

    /**
     * Bytes of a file or device.
     *
     * @param path which
     * @param offsetBytes where they begin
     * @param length how many
     * @return the bytes
     * @throws IOException if they cannot be read
     */
    public static byte[] bytes(Path path, long offsetBytes, int length) throws IOException {
        byte[] bytes = new byte[length];
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(offsetBytes);
            file.readFully(bytes);
        }
        return bytes;
    }

    /**
     * Takes a host's id away from it on storage, which its daemon finds at the next renewal.
     *
     * @param index which host
     * @throws IOException if storage cannot be written
     */
    public void overwriteHostId(int index) throws IOException {
        DomainLayout layout = host(0).domain().superblock().layout();
        try (RandomAccessFile file =
                new RandomAccessFile(host(0).domain().controlPath().toFile(), "rw")) {
            file.seek(layout.lockspaceOffset() + (long) index * layout.sectorBytes());
            file.write(new byte[layout.sectorBytes()]);
        }
    }

    /**
     * Lets a host leave the domain at once. Its daemon kills those who hold leases there, and
     * releases none of these: the host id is free, as after any clean leave.
     *
     * @param index which host
     * @throws IOException if it does not leave
     */
    public void leaveByForce(int index) throws IOException {
        host(index).sanlock().removeLockspace(lockspace(host(index).hostId()));
    }

    /**
     * Lets a host's daemon come back after its death, as after a reboot, and join again.
     *
     * @param index which host
     * @throws IOException if it does not come back
     */
    public void revive(int index) throws IOException {
        daemons.restart(index);
        host(index).hosts().join(host(index).hostId());
    }

    @Override
    public void close() throws IOException {
        TryAll all = new TryAll();
        hosts.forEach(host -> all.run(host::close));
        all.run(daemons::close);
        all.throwFirst();
    }
}
