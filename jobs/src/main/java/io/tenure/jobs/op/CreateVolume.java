package io.tenure.jobs.op;

import io.tenure.domain.Directories;
import io.tenure.domain.DomainProbe;
import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.RefusedException;
import io.tenure.domain.SlotContent;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.Allocation;
import io.tenure.format.DataLocation;
import io.tenure.format.DomainLayout;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRecipe;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import io.tenure.jobs.internal.IoAction;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes a volume: data, then lease, then record. Only the record makes it a volume, so a crash in
 * between leaves nothing that looks like one.
 *
 * <p>Runs under the domain's own lease, which guards the slots. What does not exist has generation
 * 0; the commit makes it 1. A file reads as zero, and takes storage at once only if it is to be
 * preallocated; a device keeps what is on it until the first copy.
 */
public final class CreateVolume implements Job {
    private final JobRequest request;
    private final StorageDomain domain;
    private final VolumeSpec spec;
    private final DataLocation location;
    private @Nullable Path madeFile;
    private @Nullable Path leftover;
    private int invalidSlot = -1;

    /**
     * Creates the job.
     *
     * @param id the job's name on storage
     * @param domain the domain
     * @param spec what the volume is to be
     * @throws InvalidRequestException if the specification does not fit the domain
     */
    public CreateVolume(UUID id, StorageDomain domain, VolumeSpec spec)
            throws InvalidRequestException {
        this.request = new JobRequest(id, "create", domain, spec.volumeId(), RecordUse.CREATES, 0L);
        this.domain = domain;
        this.spec = spec;
        this.location = locationOf(domain, spec);
        int sectorBytes = domain.superblock().layout().sectorBytes();
        if (spec.capacityBytes() <= 0 || spec.capacityBytes() % sectorBytes != 0) {
            throw new InvalidRequestException(
                    "a size of "
                            + spec.capacityBytes()
                            + " bytes is not a positive multiple of the domain's sector, "
                            + sectorBytes
                            + " bytes");
        }
        if (spec.volumeId().equals(domain.id())) {
            throw new InvalidRequestException(
                    spec.volumeId() + " is the domain's own id; choose another one for the volume");
        }
        // The record checks all that it will hold; better here than under the lease.
        try {
            record(DomainLayout.DOMAIN_SLOT + 1, Instant.EPOCH);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }

    private static DataLocation locationOf(StorageDomain domain, VolumeSpec spec)
            throws InvalidRequestException {
        Optional<Path> device = spec.device();
        try {
            if (device.isPresent()) {
                return DataLocation.device(device.get().toAbsolutePath().normalize().toString());
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
        if (!domain.hasDirectory()) {
            throw new InvalidRequestException(
                    "the domain at "
                            + domain.path()
                            + " is a block device and has no place for files:"
                            + " name a block device for the volume's data");
        }
        return DataLocation.file(StorageDomain.VOLUMES_DIRECTORY + "/" + spec.volumeId() + ".raw");
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(Operations.create(spec));
    }

    @Override
    public List<LeaseClaim> claims(@Nullable Volume target) {
        return List.of(new LeaseClaim(domain.domainLease(), LeaseMode.EXCLUSIVE));
    }

    @Override
    public void validate(JobContext context) throws IOException {
        BitSet used = new BitSet();
        used.set(DomainLayout.DOMAIN_SLOT);
        for (SlotContent slot : context.store().readAll()) {
            VolumeRecord record = slot.record();
            if (record == null) {
                used.set(slot.slotIndex()); // somebody may still want to repair it
                invalidSlot = slot.slotIndex();
            } else if (record.legality() != Legality.REMOVED) {
                used.set(slot.slotIndex());
                refuseClash(record);
            } else if (record.volumeId().equals(spec.volumeId())) {
                // Whoever uses the tombstone's slot would take the new data for the old.
                throw new RefusedException(
                        "volume "
                                + spec.volumeId()
                                + " was deleted from the domain at "
                                + domain.path()
                                + ", which still remembers it; choose another volume id");
            }
        }
        int free = used.nextClearBit(0);
        if (free >= domain.superblock().layout().slotCount()) {
            throw new RefusedException(
                    "the domain at "
                            + domain.path()
                            + " is full: it was made for "
                            + domain.superblock().layout().maxVolumes()
                            + " volumes");
        }
        context.chooseSlot(free);
        leftover = leftoverOf(context, free);
        checkData(context);
    }

    private void refuseClash(VolumeRecord other) throws IOException {
        if (other.volumeId().equals(spec.volumeId())) {
            throw new RefusedException(
                    "volume "
                            + spec.volumeId()
                            + " exists already in the domain at "
                            + domain.path());
        }
        if (location.kind() == DataLocation.Kind.DEVICE
                && Files.exists(domain.dataPath(other))
                && Files.exists(Path.of(location.path()))
                && VolumeDevices.same(domain.dataPath(other), Path.of(location.path()))) {
            throw inUse("by volume " + other.volumeId());
        }
    }

    private RefusedException inUse(String by) {
        return new RefusedException(location.path() + " is in use " + by + "; name another device");
    }

    private void checkData(JobContext context) throws IOException {
        Path path = domain.path().resolve(location.path());
        if (location.kind() == DataLocation.Kind.FILE) {
            if (Files.exists(path) && invalidSlot >= 0) {
                throw new RefusedException(
                        path
                                + " is there already, and may belong to the invalid record in slot "
                                + invalidSlot
                                + "; choose another volume id");
            }
            return;
        }
        if (!Files.exists(path)) {
            throw new RefusedException("no such device: " + path);
        }
        if (VolumeDevices.same(path, domain.controlPath())) {
            throw inUse("by the domain itself");
        }
        try (BlockDevice device = context.devices().open(path, Access.READ_WRITE_EXCLUSIVE)) {
            if (!device.geometry().blockDevice()) {
                throw new RefusedException(
                        path + " is not a block device; leave the device out to have a file made");
            }
            DomainProbe.requireNoDomain(device);
            if (device.geometry().sizeBytes() < spec.capacityBytes()) {
                throw new RefusedException(
                        path
                                + " has "
                                + device.geometry().sizeBytes()
                                + " bytes, too few for a volume of "
                                + spec.capacityBytes());
            }
            if (!device.geometry().isAligned(spec.capacityBytes())) {
                throw new RefusedException(
                        "a size of "
                                + spec.capacityBytes()
                                + " bytes is not a multiple of the sector of "
                                + path
                                + ", "
                                + device.geometry().logicalSectorBytes()
                                + " bytes");
            }
        }
    }

    /** The data of a volume that was deleted from this slot by a job cut off before its end. */
    private @Nullable Path leftoverOf(JobContext context, int slotIndex) throws IOException {
        Optional<VolumeRecord> removed = context.store().read(slotIndex).record();
        if (removed.isEmpty() || removed.get().location().kind() != DataLocation.Kind.FILE) {
            return null;
        }
        return domain.dataPath(removed.get());
    }

    @Override
    public void work(JobContext context) throws IOException {
        throughGate(context, this::makeData);
        throughGate(
                context,
                () ->
                        context.leaseManagers()
                                .forKind(domain.leaseKind())
                                .format(domain.leaseArea(context.slotIndex(), spec.volumeId())));
    }

    private static void throughGate(JobContext context, IoAction action) throws IOException {
        context.gate().enter();
        try {
            action.run();
        } finally {
            context.gate().exit();
        }
    }

    private void makeData() throws IOException {
        if (leftover != null) {
            Files.deleteIfExists(leftover);
        }
        if (location.kind() == DataLocation.Kind.DEVICE) {
            return;
        }
        Path path = domain.path().resolve(location.path());
        Path directory = Objects.requireNonNull(path.getParent());
        Files.createDirectories(directory);
        // Under the domain's lease no record names this file: its creation was cut off.
        Files.deleteIfExists(path);
        madeFile = path;
        try (BlockDevice made = BlockDevices.create(path, spec.capacityBytes())) {
            if (spec.allocation() == Allocation.PREALLOCATED
                    && !made.allocate(0, made.geometry().sizeBytes())) {
                throw new RefusedException(
                        "the file system of "
                                + path
                                + " cannot allocate storage for a file: make a sparse volume");
            }
            made.flush();
        }
        Directories.sync(directory);
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        Instant now = context.clock().now();
        return record(context.slotIndex(), now).started(context.asActiveJob()).completed(now);
    }

    private VolumeRecord record(int slotIndex, Instant created) {
        return VolumeRecord.newVolume(
                        slotIndex,
                        domain.id(),
                        spec.volumeId(),
                        spec.volumeId(),
                        spec.capacityBytes(),
                        spec.allocation(),
                        location,
                        created)
                .withDescription(spec.description());
    }

    @Override
    public void rollBack(JobContext context) throws IOException {
        Path made = madeFile;
        if (made != null) {
            Files.deleteIfExists(made);
            Directories.sync(Objects.requireNonNull(made.getParent()));
        }
    }
}
