package io.tenure.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.jobs.Job;
import io.tenure.lease.LeaseState;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.MountedFileSystem;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a domain comes to be, and that nothing less than a whole one looks like it. */
class DomainCreationTest {
    private static final int MIB = 1 << 20;

    @TempDir Path directory;
    private final LocalLeaseManager leases = new LocalLeaseManager();

    @Test
    void aDomainInADirectoryIsOneFileAndAFolderForVolumes() throws IOException {
        UUID id = UUID.randomUUID();
        try (StorageDomain domain =
                StorageDomain.create(directory, spec(id, 0, MIB, 10), leases::formatDomain)) {
            assertThat(domain.id()).isEqualTo(id);
            assertThat(domain.leaseKind()).isEqualTo(LeaseKind.LOCAL);
            assertThat(domain.hasDirectory()).isTrue();
            assertThat(domain.superblock().layout().maxVolumes()).isEqualTo(10);
            assertThat(domain.volumes()).isEmpty();
            assertThat(leases.inspect(domain.domainLease())).isInstanceOf(LeaseState.Free.class);
            assertThat(Files.size(domain.controlPath()))
                    .isEqualTo(domain.superblock().layout().totalBytes());
        }
        assertThat(names()).containsExactly("tenure.domain", "volumes");
    }

    @ParameterizedTest
    @Tag("ovirt-84")
    @CsvSource({"512, 1", "4096, 1", "4096, 2", "4096, 4", "4096, 8"})
    void aDomainOnADeviceHasItsLeasesAtEveryAlignmentThatSanlockAllows(int sector, int alignMib)
            throws Exception {
        int align = alignMib * MIB;
        try (LoopDevice loop = LoopDevice.create(directory, 128L * MIB, sector)) {
            noise(loop);
            try (StorageDomain domain =
                    StorageDomain.create(
                            loop.path(),
                            spec(UUID.randomUUID(), sector, align, 3),
                            leases::formatDomain)) {
                DomainLayout layout = domain.superblock().layout();
                assertThat(layout.sectorBytes()).isEqualTo(sector);
                assertThat(layout.leaseAlignBytes()).isEqualTo(align);
                LeaseArea lease = domain.leaseArea(2, UUID.randomUUID());
                assertThat(lease.offsetBytes()).isEqualTo(4L * align);
                assertThat(lease.alignBytes()).isEqualTo(align);
                assertThat(lease.sectorBytes()).isEqualTo(sector);
                assertThat(domain.hasDirectory()).isFalse();
                assertThat(domain.volumes()).isEmpty();
                assertThat(leases.inspect(domain.domainLease()))
                        .isInstanceOf(LeaseState.Free.class);
            }
        }
    }

    @ParameterizedTest
    @Tag("ovirt-84")
    @CsvSource({"512, 2", "512, 4", "512, 8", "4096, 3", "4096, 16", "4096, 0"})
    void aPairOfSectorAndAlignmentThatSanlockDoesNotAllowIsRefused(int sector, int alignMib)
            throws IOException {
        DomainSpec spec = spec(UUID.randomUUID(), sector, alignMib * MIB, 3);
        try (LoopDevice loop = LoopDevice.create(directory, 128L * MIB, sector)) {
            noise(loop);
            byte[] before = Files.readAllBytes(loop.backing());
            assertThatThrownBy(() -> StorageDomain.create(loop.path(), spec, leases::formatDomain))
                    .isInstanceOf(InvalidRequestException.class);
            assertThat(Files.readAllBytes(loop.backing())).isEqualTo(before);
        }
        assertThatThrownBy(() -> StorageDomain.create(directory, spec, leases::formatDomain))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"512, 4096", "4096, 512"})
    void aSectorThatIsNotTheDevicesIsRefused(int own, int wanted) throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, 32L * MIB, own)) {
            assertThatThrownBy(() ->
                            StorageDomain.create(
                                    loop.path(),
                                    spec(UUID.randomUUID(), wanted, MIB, 3),
                                    leases::formatDomain))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("" + wanted)
                    .hasMessageContaining("" + own);
        }
    }

    @Test
    void aFileSystemWithLargeSectorsGivesItsOwnAndRefusesSmallOnes() throws IOException {
        try (MountedFileSystem large =
                MountedFileSystem.onLoop("xfs", directory, 320L * MIB, 4096)) {
            Path path = Files.createDirectory(large.root().resolve("domain"));
            assertThatThrownBy(() ->
                            StorageDomain.create(
                                    path,
                                    spec(UUID.randomUUID(), 512, MIB, 3),
                                    leases::formatDomain))
                    .isInstanceOf(InvalidRequestException.class);
            try (StorageDomain domain =
                    StorageDomain.create(
                            path, spec(UUID.randomUUID(), 0, 2 * MIB, 3), leases::formatDomain)) {
                assertThat(domain.superblock().layout().sectorBytes()).isEqualTo(4096);
            }
        }
    }

    @Test
    void aDeviceThatIsTooSmallIsRefusedAndOneWithoutANumberTakesWhatFits() throws IOException {
        try (LoopDevice tiny = LoopDevice.create(directory, 3L * MIB, 512);
                LoopDevice small = LoopDevice.create(directory, 8L * MIB, 512)) {
            refusesSize(tiny, OptionalInt.empty());
            refusesSize(small, OptionalInt.of(5));
            try (StorageDomain domain =
                    StorageDomain.create(
                            small.path(),
                            spec(UUID.randomUUID(), OptionalInt.empty()),
                            leases::formatDomain)) {
                assertThat(domain.superblock().layout().maxVolumes()).isEqualTo(4);
                assertThat(domain.superblock().layout().totalBytes()).isLessThanOrEqualTo(8L * MIB);
            }
        }
    }

    @Test
    void whatHoldsADomainIsLeftAsItIs() throws Exception {
        Path path = Files.createDirectory(directory.resolve("domain"));
        try (LoopDevice loop = LoopDevice.create(directory, 32L * MIB, 512)) {
            for (Path place : List.of(path, loop.path())) {
                TestDomain.format(place);
                UUID id;
                try (StorageDomain domain = StorageDomain.open(place, Access.READ_ONLY)) {
                    id = domain.id();
                }
                assertThatThrownBy(() -> TestDomain.format(place))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("already");
                try (StorageDomain domain = StorageDomain.open(place, Access.READ_ONLY)) {
                    assertThat(domain.id()).isEqualTo(id);
                }
            }
            flip(loop.path(), 20);
            assertThatThrownBy(() -> TestDomain.format(loop.path()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("already");
            flip(loop.path(), DomainLayout.SUPERBLOCK_COPY_B_OFFSET_BYTES + 20);
            assertThatThrownBy(() -> TestDomain.format(loop.path()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void aDeviceInUseIsRefused() throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, 32L * MIB, 512);
                BlockDevice user = BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE)) {
            assertThat(user.geometry().blockDevice()).isTrue();
            assertThatThrownBy(() -> TestDomain.format(loop.path())).hasMessageContaining("EBUSY");
        }
    }

    @Test
    void aCreationInADirectoryThatFailsLeavesNothing() throws IOException {
        assertThatThrownBy(() ->
                        StorageDomain.create(
                                directory,
                                spec(UUID.randomUUID(), 0, MIB, 3),
                                DomainCreationTest::fails))
                .hasMessageContaining("ordered");
        assertThat(names()).isEmpty();
        TestDomain.format(directory);
    }

    @Test
    void aCreationOnADeviceThatFailsLeavesNoDomainAlsoNotTheOneBefore() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, 32L * MIB, 512)) {
            TestDomain.format(loop.path());
            try (TestDomain old = TestDomain.open(loop.path())) {
                assertThat(old.domain().volumes()).isEmpty();
            }
            wipeSuperblocks(loop);
            assertThatThrownBy(() ->
                            StorageDomain.create(
                                    loop.path(),
                                    spec(UUID.randomUUID(), 0, MIB, 3),
                                    DomainCreationTest::fails))
                    .hasMessageContaining("ordered");
            assertThatThrownBy(() -> StorageDomain.open(loop.path(), Access.READ_ONLY))
                    .isInstanceOf(IOException.class);
            TestDomain.format(loop.path());
            StorageDomain.open(loop.path(), Access.READ_ONLY).close();
        }
    }

    @Test
    void killedAmidTheCreationThereIsNoDomainAndTheNextCreationWorksOrSaysWhatToDo()
            throws Exception {
        Path path = Files.createDirectory(directory.resolve("domain"));
        try (LoopDevice loop = LoopDevice.create(directory, 32L * MIB, 512)) {
            for (Path place : List.of(path, loop.path())) {
                killed(place);
                assertThatThrownBy(() -> StorageDomain.open(place, Access.READ_WRITE))
                        .isInstanceOf(IOException.class);
            }
            TestDomain.format(loop.path());
            assertThatThrownBy(() -> TestDomain.format(path))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("remove that file");
            Files.delete(path.resolve("tenure.domain.creating"));
            TestDomain.format(path);
        }
    }

    @Test
    void theRecordsOfADomainThatWasWipedDoNotComeBack() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, 32L * MIB, 512);
                LoopDevice data = LoopDevice.create(directory, MIB, 512)) {
            try (TestDomain old = TestDomain.create(loop.path())) {
                old.createVolume(MIB, Optional.of(data.path()));
            }
            wipeSuperblocks(loop);
            try (TestDomain next = TestDomain.create(loop.path())) {
                assertThat(next.domain().store().readAll()).isEmpty();
            }
        }
    }

    @Test
    void anIoTimeoutThatSanlockCannotHaveIsRefused() throws IOException {
        DomainSpec spec =
                new DomainSpec(
                        UUID.randomUUID(),
                        LeaseKind.SANLOCK,
                        OptionalInt.empty(),
                        MIB,
                        OptionalInt.of(3),
                        0);
        assertThatThrownBy(() -> StorageDomain.create(directory, spec, leases::formatDomain))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(names()).isEmpty();
    }

    /** A process of its own that kills itself when it has made the leases. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            Path place = Path.of(System.getProperty("place"));
            StorageDomain.create(
                    place,
                    spec(UUID.randomUUID(), 0, MIB, 3),
                    (domainLease, lockspaceOffsetBytes, ioTimeoutSeconds) -> {
                        new LocalLeaseManager()
                                .formatDomain(domainLease, lockspaceOffsetBytes, ioTimeoutSeconds);
                        kill();
                    });
        }

        private static void kill() throws IOException {
            try {
                new ProcessBuilder("kill", "-KILL", "" + ProcessHandle.current().pid())
                        .inheritIO()
                        .start();
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private void killed(Path place) throws IOException {
        ChildJvm child =
                ChildJvm.run(
                        directory,
                        List.of("--enable-native-access=ALL-UNNAMED", "-Dplace=" + place),
                        Child.class,
                        Job.class,
                        DomainLayout.class,
                        BlockDevice.class,
                        Errno.class,
                        ChildJvm.class);
        assertThat(child.exitCode()).as(child.output()).isEqualTo(137);
    }

    private void refusesSize(LoopDevice loop, OptionalInt maxVolumes) {
        assertThatThrownBy(() ->
                        StorageDomain.create(
                                loop.path(),
                                spec(UUID.randomUUID(), maxVolumes),
                                leases::formatDomain))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("room");
    }

    private static void fails(LeaseArea lease, long lockspaceOffsetBytes, int ioTimeoutSeconds)
            throws IOException {
        throw new IOException("ordered by the test");
    }

    private static DomainSpec spec(UUID id, OptionalInt maxVolumes) {
        return new DomainSpec(id, LeaseKind.LOCAL, OptionalInt.empty(), MIB, maxVolumes, 10);
    }

    private static DomainSpec spec(UUID id, int sector, int align, int maxVolumes) {
        return new DomainSpec(
                id,
                LeaseKind.LOCAL,
                sector == 0 ? OptionalInt.empty() : OptionalInt.of(sector),
                align,
                OptionalInt.of(maxVolumes),
                10);
    }

    /** Old content of all kinds: a new domain must not depend on a device that reads as zero. */
    private static void noise(LoopDevice loop) throws IOException {
        byte[] bytes = new byte[32 * MIB];
        new Random(84).nextBytes(bytes);
        try (RandomAccessFile device = new RandomAccessFile(loop.path().toFile(), "rw")) {
            device.write(bytes);
            device.getFD().sync();
        }
    }

    private static void wipeSuperblocks(LoopDevice loop) throws IOException {
        try (RandomAccessFile device = new RandomAccessFile(loop.path().toFile(), "rw")) {
            device.write(new byte[MIB]);
            device.getFD().sync();
        }
    }

    private static void flip(Path path, long offset) throws IOException {
        try (RandomAccessFile device = new RandomAccessFile(path.toFile(), "rw")) {
            device.seek(offset);
            int value = device.read();
            device.seek(offset);
            device.write(value ^ 1);
            device.getFD().sync();
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(Path::getFileName)
                    .map(Path::toString)
                    .filter(name -> !name.endsWith(".img"))
                    .sorted()
                    .toList();
        }
    }
}
