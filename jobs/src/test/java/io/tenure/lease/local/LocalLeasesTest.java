package io.tenure.lease.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.lease.LeaseBrokenException;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseState;
import io.tenure.lease.VolumeLease;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases by operating-system locks. */
class LocalLeasesTest {
    @TempDir Path directory;
    private final LocalLeaseManager manager = new LocalLeaseManager();
    private StorageDomain domain;
    private LeaseArea area;
    private LeaseArea neighbour;

    @BeforeEach
    void makeLeases() throws IOException {
        Path path = Files.createDirectory(directory.resolve("domain"));
        TestDomain.format(path);
        domain = StorageDomain.open(path, Access.READ_WRITE);
        area = domain.leaseArea(1, UUID.randomUUID());
        neighbour = domain.leaseArea(2, UUID.randomUUID());
        manager.format(area);
        manager.format(neighbour);
    }

    @AfterEach
    void close() throws IOException {
        domain.close();
    }

    @Test
    void anExclusiveLeaseExcludesEverybodyAndItsNeighbourIsFree() throws IOException {
        try (LeaseConnection holder = manager.connect("holder");
                LeaseConnection other = manager.connect("other")) {
            VolumeLease lease = holder.acquire(area, LeaseMode.EXCLUSIVE);
            lease.sign();
            lease.verify();
            for (LeaseMode mode : LeaseMode.values()) {
                assertThatThrownBy(() -> other.acquire(area, mode))
                        .isInstanceOf(LeaseHeldException.class)
                        .hasMessageContaining("holder")
                        .hasMessageContaining(area.resourceId().toString());
            }
            assertThat(manager.inspect(area))
                    .isInstanceOfSatisfying(
                            LeaseState.Held.class, held -> assertThat(held.owners()).hasSize(1));
            other.acquire(neighbour, LeaseMode.EXCLUSIVE).release();

            lease.release();
            other.acquire(area, LeaseMode.EXCLUSIVE).release();
        }
    }

    @Test
    void sharedHoldersStandTogetherAgainstAnExclusiveOne() throws IOException {
        try (LeaseConnection one = manager.connect("one");
                LeaseConnection two = manager.connect("two");
                LeaseConnection writer = manager.connect("writer")) {
            VolumeLease first = one.acquire(area, LeaseMode.SHARED);
            VolumeLease second = two.acquire(area, LeaseMode.SHARED);
            first.verify();
            first.release();
            assertThatThrownBy(() -> writer.acquire(area, LeaseMode.EXCLUSIVE))
                    .isInstanceOf(LeaseHeldException.class);
            second.release();
            writer.acquire(area, LeaseMode.EXCLUSIVE).release();
        }
    }

    @Test
    void closingAConnectionFreesItsLeasesAndNoOthers() throws IOException {
        LeaseConnection one = manager.connect("one");
        try (LeaseConnection two = manager.connect("two")) {
            one.acquire(area, LeaseMode.EXCLUSIVE);
            two.acquire(neighbour, LeaseMode.EXCLUSIVE);
            one.close();
            one.close();
            assertThat(manager.inspect(area)).isInstanceOf(LeaseState.Free.class);
            assertThat(manager.inspect(neighbour)).isInstanceOf(LeaseState.Held.class);
            assertThatThrownBy(() -> one.acquire(area, LeaseMode.SHARED))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aLeaseIsHeldAsLongAsTheFilesThatItsConnectionNamesAreOpen() throws IOException {
        try (LeaseConnection one = manager.connect("one")) {
            assertThat(one.descriptors()).isEmpty();
            VolumeLease lease = one.acquire(area, LeaseMode.EXCLUSIVE);
            one.acquire(neighbour, LeaseMode.SHARED);
            assertThat(one.descriptors()).doesNotHaveDuplicates().hasSize(2);
            for (int descriptor : one.descriptors()) {
                // The lock shows in the file's own list, see proc_pid_fdinfo(5).
                assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + descriptor)))
                        .contains("OFDLCK");
            }
            lease.release();
            assertThat(one.descriptors()).hasSize(1);
        }
    }

    @Test
    void oneControlFileUnderTwoNamesHasOneLease() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), area.path());
        LeaseArea same =
                new LeaseArea(
                        area.kind(),
                        area.domainId(),
                        area.resourceId(),
                        link,
                        area.offsetBytes(),
                        area.sectorBytes(),
                        area.alignBytes());
        try (LeaseConnection one = manager.connect("one");
                LeaseConnection two = manager.connect("two")) {
            one.acquire(area, LeaseMode.EXCLUSIVE).verify();
            assertThatThrownBy(() -> two.acquire(same, LeaseMode.EXCLUSIVE))
                    .isInstanceOf(LeaseHeldException.class);
        }
    }

    @Test
    void aLeaseThatIsTakenButNotSignedIsAsItWas() throws IOException {
        byte[] before = Files.readAllBytes(area.path());
        try (LeaseConnection one = manager.connect("one")) {
            one.acquire(area, LeaseMode.EXCLUSIVE).verify();
            one.acquire(neighbour, LeaseMode.SHARED).sign();
        }
        assertThat(Arrays.equals(Files.readAllBytes(area.path()), before)).isTrue();
    }

    @Test
    @Tag("ovirt-19")
    void aLeaseThatIsMissingOrDamagedNeedsRepairAndIsNotFree() throws IOException {
        manager.clear(area);
        isBroken(area);
        manager.format(area);
        try (RandomAccessFile file = new RandomAccessFile(area.path().toFile(), "rw")) {
            file.seek(area.offsetBytes() + 40);
            file.write(0x55);
            file.getFD().sync();
        }
        isBroken(area);
    }

    @Test
    @Tag("ovirt-19")
    void aLeaseOfAnotherNameNeedsRepairAndIsNotFree() throws IOException {
        isBroken(domain.leaseArea(1, UUID.randomUUID()));
    }

    @Test
    void aControlAreaThatIsGoneIsUnknownAndNotFree() throws IOException {
        domain.close();
        Files.delete(area.path());
        assertThat(manager.inspect(area)).isInstanceOf(LeaseState.Unknown.class);
    }

    @Test
    void verifyFindsThatTheLeaseWasGivenToAnother() throws IOException {
        try (LeaseConnection one = manager.connect("one")) {
            VolumeLease lease = one.acquire(area, LeaseMode.EXCLUSIVE);
            lease.sign();
            lease.verify();
            manager.format(area);
            assertThatThrownBy(lease::verify).isInstanceOf(LeaseLostException.class);
            manager.clear(area);
            assertThatThrownBy(lease::verify).isInstanceOf(LeaseLostException.class);
        }
    }

    @Test
    void leasesOnBlockDevicesExcludeToo() throws IOException {
        for (int sector : new int[] {512, 4096}) {
            try (LoopDevice loop = LoopDevice.create(directory, 64 << 20, sector)) {
                TestDomain.format(loop.path());
                try (StorageDomain onDevice = StorageDomain.open(loop.path(), Access.READ_WRITE);
                        LeaseConnection one = manager.connect("one");
                        LeaseConnection two = manager.connect("two")) {
                    LeaseArea lease = onDevice.domainLease();
                    assertThat(lease.sectorBytes()).isEqualTo(sector);
                    one.acquire(lease, LeaseMode.EXCLUSIVE).verify();
                    assertThatThrownBy(() -> two.acquire(lease, LeaseMode.EXCLUSIVE))
                            .isInstanceOf(LeaseHeldException.class);
                }
            }
        }
    }

    private void isBroken(LeaseArea broken) throws IOException {
        assertThat(manager.inspect(broken)).isInstanceOf(LeaseState.Unknown.class);
        try (LeaseConnection connection = manager.connect("test")) {
            for (LeaseMode mode : LeaseMode.values()) {
                assertThatThrownBy(() -> connection.acquire(broken, mode))
                        .isInstanceOf(LeaseBrokenException.class)
                        .hasMessageContaining("needs repair");
            }
        }
        // Nothing is held after the refusal.
        manager.format(area);
        assertThat(manager.inspect(area)).isInstanceOf(LeaseState.Free.class);
        manager.clear(area);
    }
}
