package io.tenure.domain;

import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.format.RecordCopy;
import io.tenure.format.Superblock;
import io.tenure.format.SuperblockCodec;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.Geometry;
import io.tenure.io.Zeroing;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Makes a control area, its superblock last. In a directory the whole file is made beside its place
 * and renamed into it, so that nobody ever sees half a domain.
 */
final class DomainCreation {
    private static final String UNFINISHED_SUFFIX = ".creating";
    private static final int SMALL_SECTOR_BYTES = 512;
    private static final int LARGE_SECTOR_BYTES = 4096;

    private final DomainSpec spec;
    private final LeaseAreaFormatter leases;

    private DomainCreation(DomainSpec spec, LeaseAreaFormatter leases) {
        this.spec = spec;
        this.leases = leases;
    }

    static void create(Path path, DomainSpec spec, LeaseAreaFormatter leases) throws IOException {
        if (spec.leaseKind() == LeaseKind.SANLOCK && spec.ioTimeoutSeconds() < 1) {
            throw new InvalidRequestException(
                    "an io timeout of "
                            + spec.ioTimeoutSeconds()
                            + " s: sanlock needs at least 1, and 10 on storage that others load");
        }
        Path absolute = path.toAbsolutePath().normalize();
        Path controlPath = StorageDomain.controlPath(absolute);
        DomainCreation creation = new DomainCreation(spec, leases);
        if (controlPath.equals(absolute)) {
            creation.onDevice(controlPath);
        } else {
            creation.inDirectory(absolute, controlPath);
        }
    }

    private void inDirectory(Path directory, Path controlPath) throws IOException {
        if (Files.exists(controlPath)) {
            throw alreadyDomain(directory);
        }
        Path unfinished =
                controlPath.resolveSibling(StorageDomain.CONTROL_FILE + UNFINISHED_SUFFIX);
        if (Files.exists(unfinished)) {
            throw new RefusedException(
                    unfinished
                            + " is there: another creation runs, or one was interrupted;"
                            + " if none runs, remove that file and try again");
        }
        int maxVolumes = spec.maxVolumes().orElse(DomainSpec.DEFAULT_MAX_VOLUMES);
        // The sector is known only once the file is there; the layout's size does not depend on it.
        DomainLayout sized = layout(LARGE_SECTOR_BYTES, maxVolumes);
        try (BlockDevice device = BlockDevices.create(unfinished, sized.totalBytes())) {
            DomainLayout layout = layout(sectorOf(device), maxVolumes);
            format(device, unfinished, layout);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        Files.createDirectories(directory.resolve(StorageDomain.VOLUMES_DIRECTORY));
        if (Files.exists(controlPath)) {
            Files.deleteIfExists(unfinished);
            throw alreadyDomain(directory);
        }
        Files.move(unfinished, controlPath);
        Directories.sync(directory);
    }

    private void onDevice(Path path) throws IOException {
        try (BlockDevice device = BlockDevices.open(path, Access.READ_WRITE_EXCLUSIVE)) {
            DomainProbe.requireNoDomain(device);
            int sector = sectorOf(device);
            long sizeBytes = device.geometry().sizeBytes();
            int fitting = maxVolumesFor(sizeBytes, sector);
            int maxVolumes =
                    spec.maxVolumes().orElse(Math.min(DomainSpec.DEFAULT_MAX_VOLUMES, fitting));
            if (maxVolumes > fitting || fitting < 1) {
                throw new InvalidRequestException(
                        path
                                + " has room for "
                                + fitting
                                + " volumes with leases of "
                                + spec.leaseAlignBytes()
                                + " bytes"
                                + (fitting < 1 ? "" : ", not for " + maxVolumes));
            }
            DomainLayout layout = layout(sector, maxVolumes);
            // Old superblocks first, then old records: from here on it is no domain of any kind.
            device.zero(0, layout.lockspaceOffset(), Zeroing.KEEP_ALLOCATED);
            device.zero(
                    layout.metadataStart(),
                    layout.totalBytes() - layout.metadataStart(),
                    Zeroing.KEEP_ALLOCATED);
            device.flush();
            format(device, path, layout);
        }
    }

    private DomainLayout layout(int sectorBytes, int maxVolumes) throws InvalidRequestException {
        try {
            return new DomainLayout(sectorBytes, spec.leaseAlignBytes(), maxVolumes);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }

    private int maxVolumesFor(long deviceBytes, int sectorBytes) throws InvalidRequestException {
        try {
            return DomainLayout.maxVolumesFor(deviceBytes, sectorBytes, spec.leaseAlignBytes());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }

    /** The wanted sector if the device can have it, or the device's own. */
    private int sectorOf(BlockDevice device) throws InvalidRequestException {
        Geometry geometry = device.geometry();
        int own =
                geometry.blockDevice()
                        ? geometry.logicalSectorBytes()
                        : geometry.isAligned(SMALL_SECTOR_BYTES)
                                ? SMALL_SECTOR_BYTES
                                : LARGE_SECTOR_BYTES;
        int wanted = spec.sectorBytes().orElse(own);
        boolean fits = geometry.blockDevice() ? wanted == own : wanted >= own;
        if (!fits) {
            throw new InvalidRequestException(
                    "sectors of "
                            + wanted
                            + " bytes do not fit "
                            + device.name()
                            + ", whose sectors have "
                            + own
                            + ": leave the sector size out to take the device's own");
        }
        return wanted;
    }

    private static RefusedException alreadyDomain(Path path) {
        return new RefusedException(path + " holds a storage domain already; it was left as it is");
    }

    /** Leases, then superblock: it is what makes this a domain. */
    private void format(BlockDevice device, Path path, DomainLayout layout) throws IOException {
        UUID id = spec.domainId();
        LeaseArea domainLease =
                new LeaseArea(
                        spec.leaseKind(),
                        id,
                        id,
                        path,
                        layout.leaseOffset(DomainLayout.DOMAIN_SLOT),
                        layout.sectorBytes(),
                        layout.leaseAlignBytes());
        leases.formatDomain(domainLease, layout.lockspaceOffset(), spec.ioTimeoutSeconds());
        Superblock superblock =
                new Superblock(
                        id, layout, spec.leaseKind(), spec.ioTimeoutSeconds(), Clock.SYSTEM.now());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sector = ControlArea.allocate(arena, layout.sectorBytes());
            SuperblockCodec.encode(superblock, 1, sector);
            for (RecordCopy copy : RecordCopy.values()) {
                device.write(DomainLayout.superblockOffset(copy), sector);
                device.flush();
            }
        }
    }
}
