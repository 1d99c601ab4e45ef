package io.tenure.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.DomainLayout;
import io.tenure.format.NotTenureDomainException;
import io.tenure.format.RecordCopy;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.TenureIoException;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDevices;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be opened as a domain, what of it can be damaged, and what is refused. */
class StorageDomainTest {
    private static final int BLOCK_BYTES = 512;
    private static final int VERSION_OFFSET = 8;
    private static final int CHECKSUM_OFFSET = 508;

    @TempDir Path directory;
    private Path path;
    private Path control;

    @BeforeEach
    void format() throws IOException {
        path = Files.createDirectory(directory.resolve("domain"));
        control = path.resolve(StorageDomain.CONTROL_FILE);
        TestDomain.format(path);
    }

    @Test
    void whatIsNoDomainIsRefused() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path file = TestDomain.randomFile(directory.resolve("file"), 4096);
        refuses(empty, RefusedException.class, "no storage domain");
        refuses(directory.resolve("nothing"), RefusedException.class, "no such path");
        refuses(file, RefusedException.class, "is a file");
        refuses(control, RefusedException.class, "is a file");
        TestDomain.randomFile(empty.resolve(StorageDomain.CONTROL_FILE), 1 << 20);
        refuses(empty, NotTenureDomainException.class, "");
        try (LoopDevice loop = LoopDevice.create(directory, 1 << 20, 512)) {
            refuses(loop.path(), NotTenureDomainException.class, "");
        }
    }

    @Test
    void oneDamagedCopyOfTheSuperblockIsNoMatter() throws IOException {
        for (RecordCopy copy : RecordCopy.values()) {
            long offset = DomainLayout.superblockOffset(copy);
            byte[] block = read(offset);
            for (int damaged : new int[] {0, 9, 40, 300, 511}) {
                byte[] bad = block.clone();
                bad[damaged] ^= 1;
                write(offset, bad);
                try (StorageDomain domain = StorageDomain.open(path, Access.READ_WRITE)) {
                    assertThat(domain.volumes()).isEmpty();
                }
            }
            write(offset, block);
        }
    }

    @Test
    void twoDamagedCopiesOfTheSuperblockAreRefused() throws IOException {
        for (RecordCopy copy : RecordCopy.values()) {
            byte[] block = read(DomainLayout.superblockOffset(copy));
            block[100] ^= 4;
            write(DomainLayout.superblockOffset(copy), block);
        }
        refuses(path, CorruptMetadataException.class, "");
    }

    @Test
    void aDomainOfANewerVersionIsRefusedAsSuchAlsoIfOnlyOneCopyIs() throws IOException {
        for (RecordCopy copy : RecordCopy.values()) {
            byte[] block = read(DomainLayout.superblockOffset(copy));
            write(DomainLayout.superblockOffset(copy), ofVersion(block, 2));
            refuses(path, UnsupportedFormatException.class, "2");
        }
    }

    @Test
    void aVolumeRecordOfANewerVersionIsRefusedAsSuch() throws Exception {
        try (TestDomain agent = TestDomain.open(path)) {
            UUID volume = agent.createVolume(4096);
            long offset =
                    agent.domain()
                            .superblock()
                            .layout()
                            .metadataOffset(agent.volume(volume).slotIndex());
            write(offset, ofVersion(read(offset), 1_000));
            assertThatThrownBy(() -> agent.volume(volume))
                    .isInstanceOf(UnsupportedFormatException.class);
        }
    }

    @Test
    void aControlFileThatWasCutShortIsRefused() throws IOException {
        long sizeBytes = Files.size(control);
        for (long cut : new long[] {0, 4096, 65_536}) {
            Path other = Files.createDirectory(directory.resolve("cut" + cut));
            Path copy = other.resolve(StorageDomain.CONTROL_FILE);
            Files.copy(control, copy);
            truncate(copy, cut);
            refuses(other, CorruptMetadataException.class, "cut short");
        }
        truncate(control, sizeBytes - 8192);
        try (StorageDomain domain = StorageDomain.open(path, Access.READ_ONLY)) {
            assertThatThrownBy(domain::volumes)
                    .isInstanceOf(CorruptMetadataException.class)
                    .hasMessageContaining("cut short");
        }
    }

    @Test
    void aDeviceWithAnotherSectorThanItWasMadeWithIsRefused() throws IOException {
        for (int sector : new int[] {512, 4096}) {
            int wrong = sector == 512 ? 4096 : 512;
            try (LoopDevice made = LoopDevice.create(directory, 32 << 20, sector);
                    LoopDevice shown = LoopDevice.create(directory, 32 << 20, wrong)) {
                TestDomain.format(made.path());
                try (RandomAccessFile to = new RandomAccessFile(shown.path().toFile(), "rw")) {
                    to.write(Files.readAllBytes(made.backing()));
                    to.getFD().sync();
                }
                refuses(shown.path(), RefusedException.class, "sectors of " + sector);
                StorageDomain.open(made.path(), Access.READ_WRITE).close();
            }
        }
    }

    @Test
    void whatARefusedOpenOpenedIsClosed() throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, 1 << 20, 512)) {
            for (int i = 0; i < 3; i++) {
                refuses(loop.path(), NotTenureDomainException.class, "");
            }
        } // which fails if anybody has it open
    }

    @Test
    void anErrorInReadingIsReportedWithItsPlace() throws IOException {
        TestDevices devices = new TestDevices();
        devices.add(
                DeviceHook.failing(event -> event.is(control, DeviceEvent.Kind.READ), Errno.EIO));
        assertThatThrownBy(() -> StorageDomain.open(path, Access.READ_WRITE, devices))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("EIO")
                .hasMessageContaining(control.toString());
    }

    @Test
    void aDomainThatIsOpenedForReadingShowsItsVolumesAndWritesNothing() throws Exception {
        UUID volume;
        try (TestDomain agent = TestDomain.open(path)) {
            volume = agent.createVolume(4096);
        }
        try (StorageDomain domain = StorageDomain.open(path, Access.READ_ONLY)) {
            VolumeRecord record = domain.find(volume).record();
            assertThat(domain.volumes()).hasSize(1);
            assertThatThrownBy(() -> TestDomain.put(domain, record))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    @Tag("ovirt-33")
    void aDamagedCopyOfARecordIsToldAndTheOtherOneCounts() throws Exception {
        try (TestDomain agent = TestDomain.open(path)) {
            UUID volume = agent.createVolume(4096);
            agent.run(new UpdateVolume(UUID.randomUUID(), agent.domain(), volume, 1L, "second"));
            int slot = agent.volume(volume).slotIndex();
            long newest =
                    agent.domain().superblock().layout().metadataOffset(slot)
                            + DomainLayout.METADATA_COPY_B_OFFSET_BYTES;
            byte[] torn = read(newest);
            Arrays.fill(torn, 256, BLOCK_BYTES, (byte) 0);
            write(newest, torn);
            // Never taken for a record; the other copy says the same
            assertThat(agent.record(volume).generation()).isEqualTo(2);
            assertThat(agent.domain().store().readAll())
                    .singleElement()
                    .satisfies(content -> assertThat(content.problem()).isNotNull());

            TestDomain.requireDone(
                    agent.run(
                            new UpdateVolume(
                                    UUID.randomUUID(), agent.domain(), volume, 2L, "again")));
            assertThat(agent.record(volume).description()).isEqualTo("again");
        }
    }

    @Test
    void aVolumeThatIsNotFoundBesideAnInvalidRecordMayBeThatOne() throws Exception {
        try (TestDomain agent = TestDomain.open(path)) {
            UUID lost = agent.createVolume(4096);
            UUID other = agent.createVolume(4096);
            long offset =
                    agent.domain()
                            .superblock()
                            .layout()
                            .metadataOffset(agent.volume(lost).slotIndex());
            for (long copy : new long[] {0, DomainLayout.METADATA_COPY_B_OFFSET_BYTES}) {
                byte[] bad = read(offset + copy);
                bad[200] ^= 1;
                write(offset + copy, bad);
            }
            assertThat(agent.record(other).generation()).isEqualTo(1);
            assertThat(agent.domain().volumes()).hasSize(1);
            assertThatThrownBy(() -> agent.volume(lost))
                    .isInstanceOf(CorruptMetadataException.class)
                    .hasMessageContaining("slot 1");
        }
    }

    @Test
    void aVolumeKnowsNothingOfAnotherDomain() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        try (TestDomain one = TestDomain.open(path);
                TestDomain other = TestDomain.create(elsewhere)) {
            UUID volume = one.createVolume(4096);
            assertThatThrownBy(() -> other.volume(volume))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("no volume " + volume);
            // A record that was copied into another domain is not believed there.
            byte[] slot = one.slotBytes(1);
            try (RandomAccessFile file =
                    new RandomAccessFile(other.domain().controlPath().toFile(), "rw")) {
                file.seek(other.domain().superblock().layout().metadataOffset(1));
                file.write(slot);
            }
            assertThatThrownBy(() -> other.volume(volume))
                    .isInstanceOf(CorruptMetadataException.class);
        }
    }

    private static void refuses(Path where, Class<? extends IOException> type, String reason) {
        assertThatThrownBy(() -> StorageDomain.open(where, Access.READ_WRITE))
                .isInstanceOf(type)
                .hasMessageContaining(reason);
    }

    private static byte[] ofVersion(byte[] block, int version) {
        ByteBuffer buffer = ByteBuffer.wrap(block.clone()).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(VERSION_OFFSET, version);
        CRC32C checksum = new CRC32C();
        checksum.update(buffer.array(), 0, CHECKSUM_OFFSET);
        buffer.putInt(CHECKSUM_OFFSET, (int) checksum.getValue());
        return buffer.array();
    }

    private byte[] read(long offset) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        try (RandomAccessFile file = new RandomAccessFile(control.toFile(), "r")) {
            file.seek(offset);
            file.readFully(block);
        }
        return block;
    }

    private void write(long offset, byte[] block) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(control.toFile(), "rw")) {
            file.seek(offset);
            file.write(block);
            file.getFD().sync();
        }
    }

    private static void truncate(Path file, long bytes) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(bytes);
        }
    }
}
