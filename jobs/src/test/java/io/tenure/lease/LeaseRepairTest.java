package io.tenure.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.LeaseArea;
import io.tenure.domain.RefusedException;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.jobs.sanlock.DomainLab;
import io.tenure.jobs.sanlock.LabHost;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A lease that somebody may hold is never written anew. */
class LeaseRepairTest {
    private static final int VERSION = 4;
    private static final int OWNER = 32;

    private static DomainLab lab;
    private static int nextSlot = 1;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(1);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    void aLeaseThatWasBrokenUnderAHolderOfThisHostIsLeftAsItIs() throws Exception {
        LeaseArea area = newLease();
        try (LeaseConnection holder = lab.host(0).manager().connect("holder")) {
            holder.acquire(area, LeaseMode.EXCLUSIVE);
            overwrite(area, 0, new byte[area.sectorBytes()]);
            byte[] broken = bytes(area);
            assertThatThrownBy(() -> repair(LeaseRepair.OtherHosts.NONE, area))
                    .isInstanceOf(LeaseHeldException.class)
                    .hasMessageContaining("another job or program of this host");
            assertThat(bytes(area)).isEqualTo(broken);
        }
    }

    @Test
    void aLeaseThatAnotherHostMayHoldIsLeftAsItIs() throws Exception {
        LeaseArea area = newLease();
        overwrite(area, OWNER, (byte) 1);
        byte[] broken = bytes(area);
        assertThatThrownBy(() -> repair(() -> List.of("host 7 (FAIL)"), area))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("may be held by host 7 (FAIL)")
                .hasMessageContaining("nothing was changed");
        assertThat(bytes(area)).isEqualTo(broken);
        assertThat(repair(lab.host(0).hosts()::othersThatMayHold, area))
                .hasValueSatisfying(problem -> assertThat(problem).contains("CHECKSUM"));
        assertThat(repair(LeaseRepair.OtherHosts.NONE, area)).isEmpty();
    }

    @Test
    void theLeaseOfAnotherVolumeThatLiesThereIsReplacedByTheRightOne() throws Exception {
        LeaseArea other = newLease();
        LeaseArea area =
                lab.host(0).domain().leaseArea(nextSlot - 1, UUID.randomUUID()); // the same place
        assertThat(repair(LeaseRepair.OtherHosts.NONE, area)).isPresent();
        assertThat(lab.host(0).manager().inspect(area)).isEqualTo(new LeaseState.Free());
        assertThat(lab.host(0).manager().inspect(other)).isInstanceOf(LeaseState.Unknown.class);
    }

    @Test
    void aLeaseOfANewerSanlockIsLeftAsItIs() throws Exception {
        LeaseArea area = newLease();
        overwrite(area, VERSION, (byte) 4, (byte) 0, (byte) 7, (byte) 0);
        byte[] newer = bytes(area);
        assertThatThrownBy(() -> repair(LeaseRepair.OtherHosts.NONE, area))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("version");
        assertThat(bytes(area)).isEqualTo(newer);
    }

    @Test
    void nothingIsRepairedWhileSomebodyElseWorksOnTheDomain() throws Exception {
        LeaseArea area = newLease();
        overwrite(area, 0, new byte[area.sectorBytes()]);
        try (LeaseConnection other = lab.host(0).manager().connect("creates a volume")) {
            other.acquire(lab.host(0).domain().domainLease(), LeaseMode.EXCLUSIVE);
            assertThatThrownBy(() -> repair(LeaseRepair.OtherHosts.NONE, area))
                    .isInstanceOf(LeaseHeldException.class);
        }
    }

    private static Optional<String> repair(LeaseRepair.OtherHosts others, LeaseArea area)
            throws IOException {
        LabHost host = lab.host(0);
        return new LeaseRepair(host.manager(), host.domain(), others).repair(area);
    }

    private static LeaseArea newLease() throws IOException {
        LeaseArea area = lab.host(0).domain().leaseArea(nextSlot++, UUID.randomUUID());
        lab.host(0).manager().format(area);
        return area;
    }

    private static byte[] bytes(LeaseArea area) throws IOException {
        return DomainLab.bytes(area.path(), area.offsetBytes(), area.alignBytes());
    }

    private static void overwrite(LeaseArea area, int offset, byte... bytes) throws IOException {
        byte[] sector = Arrays.copyOf(bytes(area), area.sectorBytes());
        System.arraycopy(bytes, 0, sector, offset, bytes.length);
        try (BlockDevice device = BlockDevices.open(area.path(), Access.READ_WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment aligned = arena.allocate(sector.length, 4096);
            MemorySegment.copy(sector, 0, aligned, ValueLayout.JAVA_BYTE, 0, sector.length);
            device.write(area.offsetBytes(), aligned);
        }
    }
}
