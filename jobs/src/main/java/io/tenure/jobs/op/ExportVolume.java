package io.tenure.jobs.op;

import io.tenure.domain.Directories;
import io.tenure.domain.DomainProbe;
import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.copy.CopyPlan;
import io.tenure.io.copy.CopyTarget;
import io.tenure.jobs.IoPriority;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRecipe;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import io.tenure.jobs.internal.TryAll;
import io.tenure.lease.LeaseClaim;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a volume into a file or a block device outside of every domain, under the volume's shared
 * lease. Writes no record. A file appears under its name only when it is whole and flushed.
 */
public final class ExportVolume implements Job {
    private static final String UNFINISHED_SUFFIX = ".exporting";

    private final JobRequest request;
    private final StorageDomain domain;
    private final Path target;
    private final CopySettings settings;
    private final SourceReader source;
    private @Nullable Path unfinished;
    private boolean named;
    private final OpenedDevice destination = new OpenedDevice();
    private @Nullable BlockDevice from;

    /**
     * Creates the job.
     *
     * @param id the job's name
     * @param domain the domain of the volume
     * @param volumeId the volume to read
     * @param target a file that must not exist, or a block device that is not in use
     * @param settings how the data is moved
     */
    public ExportVolume(
            UUID id, StorageDomain domain, UUID volumeId, Path target, CopySettings settings) {
        this.request = new JobRequest(id, "export", domain, volumeId, RecordUse.NONE, null);
        this.domain = domain;
        this.target = target.toAbsolutePath().normalize();
        this.settings = settings;
        this.source = new SourceReader(new CopySource.OfVolume(domain, volumeId));
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(Operations.export(target, settings));
    }

    @Override
    public long bufferBytes() {
        return settings.bufferBytes();
    }

    @Override
    public IoPriority ioPriority() {
        return settings.ioPriority();
    }

    @Override
    public List<LeaseClaim> claims(@Nullable Volume seen) throws IOException {
        return source.claim().stream().toList();
    }

    @Override
    public void validate(JobContext context) throws IOException {
        from = source.open(context.devices());
        if (Files.isDirectory(target)) {
            throw new RefusedException(target + " is a directory; name a file in it");
        }
        if (Files.isRegularFile(target)) {
            throw new RefusedException(
                    target + " exists already; remove it or choose another name");
        }
        if (Files.exists(target)) {
            refuseOwnDevice();
            BlockDevice device =
                    destination.hold(context.devices().open(target, Access.READ_WRITE_EXCLUSIVE));
            DomainProbe.requireNoDomain(device);
            CopyWork.plan(from, device, settings.target(), settings);
            return;
        }
        Path parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new RefusedException("no such directory: " + parent);
        }
        Path beside = parent.resolve(target.getFileName() + UNFINISHED_SUFFIX);
        if (Files.exists(beside)) {
            throw new RefusedException(
                    beside
                            + " is there: another export runs, or one was interrupted;"
                            + " if none runs, remove that file and try again");
        }
        unfinished = beside;
    }

    /** A device of this domain is in use also while nobody has it open. */
    private void refuseOwnDevice() throws IOException {
        if (VolumeDevices.same(target, domain.controlPath())) {
            throw new RefusedException(target + " is in use by the domain itself");
        }
        for (Volume volume : domain.volumes()) {
            if (Files.exists(volume.dataPath()) && VolumeDevices.same(target, volume.dataPath())) {
                throw new RefusedException(
                        target + " is in use by volume " + volume.record().volumeId());
            }
        }
    }

    @Override
    public void work(JobContext context) throws IOException {
        BlockDevice reading = Objects.requireNonNull(from);
        Path beside = unfinished;
        CopyTarget to = settings.target();
        if (beside != null) {
            destination.hold(BlockDevices.create(beside, reading.geometry().sizeBytes()));
            to = to.withState(CopyPlan.DestinationState.READS_AS_ZERO);
        }
        CopyPlan plan = CopyWork.plan(reading, destination.get(), to, settings);
        List<CopyPlan> plans = List.of(plan);
        new CopyWork(context, plans).run(CopyWork.open(plans, context));
        context.checkGate();
        if (beside != null) {
            cutToSize(beside, reading.geometry().sizeBytes());
            context.leases().verify();
            Files.move(beside, target);
            unfinished = null;
            named = true;
            Directories.sync(Objects.requireNonNull(target.getParent()));
        }
    }

    /** Where sectors are large the file was made longer than the volume, by less than a sector. */
    private static void cutToSize(Path file, long sizeBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() > sizeBytes) {
                channel.truncate(sizeBytes);
                channel.force(true);
            }
        }
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        throw new IllegalStateException("an export writes no record");
    }

    @Override
    public void rollBack(JobContext context) throws IOException {
        if (unfinished != null && destination.isOpen()) {
            Files.deleteIfExists(unfinished);
        }
        if (named) {
            Files.deleteIfExists(target); // whole, but of a job that is not done
        }
    }

    @Override
    public void close() throws IOException {
        TryAll all = new TryAll();
        all.run(destination::close);
        all.run(source::close);
        all.throwFirst();
    }
}
