package io.tenure.domain;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.format.Legality;
import io.tenure.format.RecordCopy;
import io.tenure.format.Superblock;
import io.tenure.format.SuperblockPair;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An open storage domain: a control area on a file in a directory, or on a block device of its own,
 * and the volumes it describes.
 *
 * <p>Safe for use by many threads. Holds one open file; {@link #close} gives it back. Nothing is
 * cached: what these methods return is what storage said when they were called.
 */
public final class StorageDomain implements AutoCloseable {
    /** The control file of a domain on a directory. */
    public static final String CONTROL_FILE = "tenure.domain";

    /** Where the volumes of a domain on a directory lie, below it. */
    public static final String VOLUMES_DIRECTORY = "volumes";

    private final Path path;
    private final Path controlPath;
    private final BlockDevice device;
    private final Superblock superblock;
    private final ControlArea store;

    private StorageDomain(Path path, Path controlPath, BlockDevice device, Superblock superblock) {
        this.path = path;
        this.controlPath = controlPath;
        this.device = device;
        this.superblock = superblock;
        this.store = new ControlArea(device, superblock);
    }

    /**
     * Creates a domain and opens it. A crash in between leaves nothing that looks like a domain.
     *
     * @param path an existing directory, or a block device that holds nothing of worth
     * @param spec what the domain is to be
     * @param leases makes the lease areas
     * @return the new domain
     * @throws InvalidRequestException if the specification does not fit the device; nothing was
     *     changed
     * @throws RefusedException if there is a domain already, or no such path; nothing was changed
     * @throws IOException if storage could not be written
     */
    public static StorageDomain create(Path path, DomainSpec spec, LeaseAreaFormatter leases)
            throws IOException {
        DomainCreation.create(path, spec, leases);
        return open(path, Access.READ_WRITE);
    }

    /**
     * Opens a domain.
     *
     * @param path its directory or its block device
     * @param access {@link Access#READ_ONLY} to look at it, {@link Access#READ_WRITE} for jobs
     * @return the domain
     * @throws RefusedException if there is no domain, or its sector size is not the device's
     * @throws CorruptMetadataException if both copies of the superblock are invalid
     * @throws io.tenure.format.UnsupportedFormatException if a newer version made it
     * @throws IOException if it could not be read
     */
    public static StorageDomain open(Path path, Access access) throws IOException {
        return open(path, access, DeviceOpener.SYSTEM);
    }

    /**
     * Opens a domain on devices of another kind.
     *
     * @param path its directory or its block device
     * @param access as for {@link #open(Path, Access)}
     * @param devices opens the control area
     * @return the domain
     * @throws IOException as for {@link #open(Path, Access)}
     */
    public static StorageDomain open(Path path, Access access, DeviceOpener devices)
            throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Path controlPath = controlPath(absolute);
        if (!Files.exists(controlPath)) {
            throw new RefusedException(
                    absolute
                            + " is no storage domain: there is no "
                            + CONTROL_FILE
                            + " in it; create one first");
        }
        BlockDevice device = devices.open(controlPath, access);
        try {
            Superblock superblock = readSuperblock(device);
            checkSector(device, superblock);
            return new StorageDomain(absolute, controlPath, device, superblock);
        } catch (IOException | RuntimeException e) {
            device.close();
            throw e;
        }
    }

    /**
     * Opens a domain that lies on a device which is open already, such as one in memory. Nothing is
     * looked up in the file system.
     *
     * @param path how the domain, and with it its control area, is called
     * @param device holds the control area; becomes the domain's, unless this fails
     * @return the domain, as one on a block device
     * @throws IOException as for {@link #open(Path, Access)}
     */
    public static StorageDomain on(Path path, BlockDevice device) throws IOException {
        Superblock superblock = readSuperblock(device);
        checkSector(device, superblock);
        return new StorageDomain(path, path, device, superblock);
    }

    static Path controlPath(Path path) throws RefusedException {
        if (!Files.exists(path)) {
            throw new RefusedException(
                    "no such path: " + path + "; give an existing directory or a block device");
        }
        if (Files.isDirectory(path)) {
            return path.resolve(CONTROL_FILE);
        }
        if (Files.isRegularFile(path)) {
            throw new RefusedException(
                    path + " is a file; give the domain's directory or a block device");
        }
        return path;
    }

    static Superblock readSuperblock(BlockDevice device) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int copyBytes = ControlArea.ALIGNMENT_BYTES;
            MemorySegment copyA = ControlArea.allocate(arena, copyBytes);
            MemorySegment copyB = ControlArea.allocate(arena, copyBytes);
            ControlArea.readFully(device, DomainLayout.superblockOffset(RecordCopy.A), copyA);
            ControlArea.readFully(device, DomainLayout.superblockOffset(RecordCopy.B), copyB);
            return SuperblockPair.decode(copyA, copyB).superblock();
        }
    }

    private static void checkSector(BlockDevice device, Superblock superblock)
            throws RefusedException {
        Geometry geometry = device.geometry();
        int sector = superblock.layout().sectorBytes();
        boolean fits =
                geometry.blockDevice()
                        ? geometry.logicalSectorBytes() == sector
                        : geometry.isAligned(sector);
        if (!fits) {
            throw new RefusedException(
                    device.name()
                            + " was made a domain with sectors of "
                            + sector
                            + " bytes, but here it has "
                            + Math.max(geometry.logicalSectorBytes(), geometry.offsetAlignment())
                            + ": attach it with its own sector size");
        }
    }

    /**
     * The domain's id.
     *
     * @return also the name of its sanlock lockspace
     */
    public UUID id() {
        return superblock.domainId();
    }

    /**
     * Where the domain lies.
     *
     * @return its directory or its block device, absolute
     */
    public Path path() {
        return path;
    }

    /**
     * Where its control area lies.
     *
     * @return the control file or the block device
     */
    public Path controlPath() {
        return controlPath;
    }

    /**
     * What guards its volumes.
     *
     * @return as the superblock records it
     */
    public LeaseKind leaseKind() {
        return superblock.leaseKind();
    }

    /**
     * Everything the superblock says.
     *
     * @return as it was when the domain was opened; it never changes
     */
    public Superblock superblock() {
        return superblock;
    }

    /**
     * The volume records.
     *
     * @return reads and writes them on storage
     */
    public VolumeStore store() {
        return store;
    }

    /**
     * Reads a part of the control area, past all caches. For parts that have no reader of their
     * own; the volume records do.
     *
     * @param offsetBytes where, a multiple of 4096
     * @param target filled whole; its length and address are multiples of 4096
     * @throws CorruptMetadataException if the control area ends before
     * @throws IOException if storage could not be read
     */
    public void readControlArea(long offsetBytes, MemorySegment target) throws IOException {
        ControlArea.readFully(device, offsetBytes, target);
    }

    /**
     * The domain's own lease, in slot 0. Who creates or deletes volumes holds it.
     *
     * @return where it lies
     */
    public LeaseArea domainLease() {
        return leaseArea(DomainLayout.DOMAIN_SLOT, id());
    }

    /**
     * A volume's lease.
     *
     * @param slotIndex its slot
     * @param volumeId its id
     * @return where it lies
     */
    public LeaseArea leaseArea(int slotIndex, UUID volumeId) {
        DomainLayout layout = superblock.layout();
        return new LeaseArea(
                leaseKind(),
                id(),
                volumeId,
                controlPath,
                layout.leaseOffset(slotIndex),
                layout.sectorBytes(),
                layout.leaseAlignBytes());
    }

    /**
     * Whether volumes can lie in files below the domain.
     *
     * @return true for a domain on a directory
     */
    public boolean hasDirectory() {
        return !controlPath.equals(path);
    }

    /**
     * Where a volume's data lies.
     *
     * @param record the volume's record
     * @return a file below the domain's directory, or a block device
     */
    public Path dataPath(VolumeRecord record) {
        return switch (record.location().kind()) {
            case FILE -> path.resolve(record.location().path());
            case DEVICE -> Path.of(record.location().path());
        };
    }

    /**
     * All volumes.
     *
     * @return in the order of their slots
     * @throws IOException if storage could not be read
     */
    public List<Volume> volumes() throws IOException {
        List<Volume> volumes = new ArrayList<>();
        for (SlotContent slot : store.readAll()) {
            VolumeRecord record = slot.record();
            if (record != null && record.legality() != Legality.REMOVED) {
                volumes.add(volume(record));
            }
        }
        return volumes;
    }

    /**
     * Looks a volume up.
     *
     * @param volumeId its id
     * @return the volume as it is now
     * @throws RefusedException if there is none
     * @throws CorruptMetadataException if there is none, but a slot's record is invalid, which may
     *     have been it
     * @throws IOException if storage could not be read
     */
    public Volume find(UUID volumeId) throws IOException {
        Optional<SlotContent> invalid = Optional.empty();
        for (SlotContent slot : store.readAll()) {
            VolumeRecord record = slot.record();
            if (record == null) {
                invalid = Optional.of(slot);
            } else if (record.volumeId().equals(volumeId)
                    && record.legality() != Legality.REMOVED) {
                return volume(record);
            }
        }
        if (invalid.isPresent()) {
            throw new CorruptMetadataException(
                    "volume "
                            + volumeId
                            + " was not found, but the record in slot "
                            + invalid.get().slotIndex()
                            + " is invalid: "
                            + invalid.get().problem());
        }
        throw noSuchVolume(volumeId);
    }

    /**
     * Reads a volume's slot again.
     *
     * @param seen the volume as it was seen before
     * @return the volume as it is now
     * @throws RefusedException if the slot does not hold that volume any more
     * @throws IOException if storage could not be read, or the record is invalid
     */
    public Volume reread(Volume seen) throws IOException {
        return volume(requireIn(store.read(seen.slotIndex()), seen.record().volumeId()));
    }

    /**
     * Looks for a volume in a slot.
     *
     * @param slot what was read
     * @param volumeId the volume that is to be there
     * @return its record
     * @throws RefusedException if it is not, or was deleted
     */
    public VolumeRecord requireIn(VolumeSlot slot, UUID volumeId) throws RefusedException {
        VolumeRecord found = slot.record().orElse(null);
        if (found == null
                || !found.volumeId().equals(volumeId)
                || found.legality() == Legality.REMOVED) {
            throw noSuchVolume(volumeId);
        }
        return found;
    }

    private RefusedException noSuchVolume(UUID volumeId) {
        return new RefusedException("no volume " + volumeId + " in the domain at " + path);
    }

    private Volume volume(VolumeRecord record) {
        return new Volume(record.slotIndex(), record, dataPath(record));
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
