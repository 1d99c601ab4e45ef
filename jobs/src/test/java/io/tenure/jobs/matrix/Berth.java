package io.tenure.jobs.matrix;

import io.tenure.domain.SlotContent;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.DomainLayout;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.jobs.internal.TryAll;
import io.tenure.jobs.sanlock.DomainLab;
import io.tenure.lease.sanlock.DomainHosts;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.testing.device.Fault;
import io.tenure.testing.device.FaultyFile;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.process.VanishingFolder;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place for one cell at a time: a storage domain of its own that both hosts of a lane have
 * joined. Host 0 finds its control area by a path that can be made to fail, host 1 as it is; the
 * data of volumes can be made to fail for both.
 */
final class Berth implements AutoCloseable {
    private static final int SECTOR_BYTES = 512;
    private static final int LEASE_BYTES = 1 << 20;

    private final SanlockLab lab;
    private final Path plain;
    private final Path victims;
    private final Path dataBacking;
    private FaultyFile control;
    private FaultyFile data;
    private LoopDevice device;
    private StorageDomain victimDomain;
    private StorageDomain domain;

    /** Makes the domain and everything before it. */
    @SuppressWarnings("NullAway.Init")
    Berth(SanlockLab lab, VanishingFolder folder, int index) throws IOException {
        this.lab = lab;
        this.plain = Files.createDirectory(folder.path().resolve("d" + index));
        this.victims = Files.createDirectory(folder.path().resolve("v" + index));
        this.dataBacking = folder.path().resolve("data" + index);
        try {
            open(folder);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void open(VanishingFolder folder) throws IOException {
        SanlockLeaseManager formatter = new SanlockLeaseManager(lab.sanlock(1));
        domain =
                StorageDomain.create(
                        plain,
                        DomainLab.spec(OptionalInt.empty(), LEASE_BYTES),
                        formatter::formatDomain);
        control = FaultyFile.create(folder, "control", domain.controlPath());
        Files.createSymbolicLink(victims.resolve(StorageDomain.CONTROL_FILE), control.path());
        Files.createSymbolicLink(
                victims.resolve(StorageDomain.VOLUMES_DIRECTORY),
                plain.resolve(StorageDomain.VOLUMES_DIRECTORY));
        try (RandomAccessFile backing = new RandomAccessFile(dataBacking.toFile(), "rw")) {
            backing.setLength(2L * JobKind.BYTES);
        }
        data = FaultyFile.create(folder, "data", dataBacking);
        device = LoopDevice.over(data.path(), SECTOR_BYTES);
        victimDomain = StorageDomain.open(victims, Access.READ_WRITE);
    }

    /** Lets a host of the lab join, which takes about three seconds of sanlock's. */
    void join(int host) throws IOException {
        new DomainHosts(lab.sanlock(host), host == 0 ? victimDomain : domain).join(host + 1L);
    }

    void awaitAllLive() throws IOException {
        lab.awaitAllLive(domain.id().toString());
    }

    /** The domain as host 1 has it, by a path that never fails. */
    StorageDomain domain() {
        return domain;
    }

    /** The domain as host 0 has it. */
    StorageDomain victimDomain() {
        return victimDomain;
    }

    /** Host 0's path to the control area. */
    FaultyFile control() {
        return control;
    }

    /** The path to the data of the volumes in faulty places. */
    FaultyFile data() {
        return data;
    }

    /** A device over that data. */
    Path device() {
        return device.path();
    }

    /** Where the data of a volume can be read and written whatever fails. */
    Path backing(JobKind.Place place, UUID volume) {
        return switch (place) {
            case FAULTY_FILE, DEVICE -> dataBacking;
            case FILE, NONE -> file(volume);
        };
    }

    /** The name of a volume's file in the domain. */
    Path file(UUID volume) {
        return plain.resolve(StorageDomain.VOLUMES_DIRECTORY).resolve(volume + ".raw");
    }

    /** Puts the data that can fail in the place of a volume's file. */
    void makeFaulty(UUID volume) throws IOException {
        Files.delete(file(volume));
        Files.createSymbolicLink(file(volume), data.path());
    }

    /** What the records say of a volume; null if there is no such volume. */
    @Nullable VolumeRecord record(UUID volume) throws IOException {
        for (SlotContent slot : domain.store().readAll()) {
            VolumeRecord record = slot.record();
            if (record == null) {
                throw new IOException("slot " + slot.slotIndex() + ": " + slot.problem());
            }
            if (record.volumeId().equals(volume)) {
                return record;
            }
        }
        return null;
    }

    /** All bytes of the records. */
    byte[] metadata() throws IOException {
        DomainLayout layout = domain.superblock().layout();
        return DomainLab.bytes(
                domain.controlPath(),
                layout.metadataStart(),
                Math.toIntExact(layout.totalBytes() - layout.metadataStart()));
    }

    /** A volume as storage shows it. */
    Volume volume(UUID volume) throws IOException {
        return domain.find(volume);
    }

    /** Lets whatever hangs fail, so that who waits for it can end. */
    void fail() throws IOException {
        if (control != null) {
            control.set(Fault.FAILS);
        }
        if (data != null) {
            data.set(Fault.FAILS);
        }
    }

    @Override
    public void close() throws IOException {
        TryAll all = new TryAll();
        if (victimDomain != null) {
            all.run(victimDomain::close);
        }
        if (domain != null) {
            all.run(domain::close);
        }
        if (device != null) {
            all.run(device::close);
        }
        if (data != null) {
            all.run(data::close);
        }
        if (control != null) {
            all.run(control::close);
        }
        all.throwFirst();
    }
}
