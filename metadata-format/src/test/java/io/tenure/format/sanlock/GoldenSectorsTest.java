package io.tenure.format.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a real sanlock wrote is read as what it meant. */
final class GoldenSectorsTest {
    private static final int MIB = 1 << 20;

    @Test
    void aLiveHostIsReadWithItsRenewalItsEventAndWhomItNotifies() throws Exception {
        DeltaLeader host = DeltaLeader.decode(1, GoldenSectors.segment("host-live"));
        assertThat(host)
                .isEqualTo(
                        new DeltaLeader(
                                512,
                                MIB,
                                1,
                                1,
                                "golden",
                                "host-a",
                                22103,
                                1,
                                new HostEventField(1, 5, 0xabcd_ef01_2345_6789L),
                                List.of(2)));
        assertThat(host.isFree()).isFalse();
    }

    @Test
    void aHostIdThatWasNeverUsedIsFree() throws Exception {
        DeltaLeader host = DeltaLeader.decode(3, GoldenSectors.segment("host-never-used"));
        assertThat(host)
                .isEqualTo(
                        new DeltaLeader(
                                512,
                                MIB,
                                3,
                                0,
                                "golden",
                                "",
                                0,
                                1,
                                new HostEventField(0, 0, 0),
                                List.of()));
        assertThat(host.isFree()).isTrue();
    }

    @Test
    void aHeldLeaseNamesItsOwnerAndNobodyElse() throws Exception {
        PaxosLeader leader = leader("lease-held");
        assertThat(leader)
                .isEqualTo(
                        new PaxosLeader(
                                false, 0x10, 512, MIB, 2000, 2000, 1, 1, 2, "golden", "res1", 22095,
                                1, 1, 22095));
        assertThat(leader.isOwnedBy(1, 1, 2)).isTrue();
        assertThat(leader.isOwnedBy(2, 1, 2)).isFalse();
        assertThat(leader.isOwnedBy(1, 2, 2)).isFalse();
        assertThat(leader.isOwnedBy(1, 1, 1)).isFalse();
    }

    @Test
    void aReleasedLeaseStillTellsItsLastOwnerButBelongsToNobody() throws Exception {
        PaxosLeader leader = leader("lease-released");
        assertThat(leader.ownerId()).isEqualTo(1);
        assertThat(leader.lver()).isEqualTo(2);
        assertThat(leader.hasOwner()).isFalse();
        assertThat(leader.isOwnedBy(1, 1, 2)).isFalse();
        assertThat(leader("lease-never-held"))
                .isEqualTo(
                        new PaxosLeader(
                                false, 0x10, 512, MIB, 2000, 2000, 0, 0, 0, "golden", "res3", 0, 0,
                                0, 0));
    }

    @Test
    void aClearedLeaseIsNoLease() throws Exception {
        PaxosLeader leader = leader("lease-cleared");
        assertThat(leader.cleared()).isTrue();
        assertThat(leader.hasOwner()).isFalse();
        assertThat(leader.resourceName()).isEqualTo("res4");
    }

    @Test
    void largeSectorsAndAreasAreRead() throws Exception {
        PaxosLeader leader = leader("lease-4096-8m");
        assertThat(leader.sectorBytes()).isEqualTo(4096);
        assertThat(leader.alignBytes()).isEqualTo(8 * MIB);
        assertThat(leader.isOwnedBy(1999, 1, 1)).isTrue();
    }

    @Test
    void everyAlignmentThatSanlockAllowsIsRead() throws Exception {
        byte[] large = GoldenSectors.read("lease-4096-8m");
        for (int mib = 1; mib <= 8; mib *= 2) {
            byte[] other = GoldenSectors.withU32(large, LeaderSector.FLAGS, mib << 4);
            PaxosLeader leader =
                    PaxosLeader.decode(GoldenSectors.sealed(other, LeaderSector.CHECKSUM));
            assertThat(leader.alignBytes()).isEqualTo(mib * MIB);
        }
        byte[] old = GoldenSectors.withU32(large, LeaderSector.FLAGS, 0);
        assertThat(
                        PaxosLeader.decode(GoldenSectors.sealed(old, LeaderSector.CHECKSUM))
                                .alignBytes())
                .isEqualTo(8 * MIB);
    }

    @Test
    void sharedHoldersStandInTheirOwnSectorsOnly() throws Exception {
        assertThat(leader("lease-shared").hasOwner()).isFalse();
        assertThat(ModeBlock.decode(GoldenSectors.segment("host-block-shared")))
                .isEqualTo(new ModeBlock(true, 1));
        assertThat(ModeBlock.decode(GoldenSectors.segment("host-block-held")))
                .isEqualTo(new ModeBlock(false, 0));
    }

    @Test
    void aBallotTellsWhetherItsOwnerHasLetGo() throws Exception {
        PaxosDblock held = PaxosDblock.decode(GoldenSectors.segment("host-block-held"));
        PaxosDblock released = PaxosDblock.decode(GoldenSectors.segment("host-block-released"));
        assertThat(held).isEqualTo(new PaxosDblock(2001, 2001, 1, 1, 22095, 2, false));
        assertThat(released).isEqualTo(new PaxosDblock(2001, 2001, 1, 1, 22095, 2, true));
        assertThat(held.releases(leader("lease-held"))).isFalse();
        assertThat(released.releases(leader("lease-held"))).isTrue();
        assertThat(released.releases(leader("lease-4096-8m"))).isFalse();
        assertThat(PaxosDblock.decode(MemorySegment.ofArray(new byte[512])))
                .isEqualTo(new PaxosDblock(0, 0, 0, 0, 0, 0, false));
    }

    @Test
    void aRequestTellsWhichGrantIsWantedAndHow() throws Exception {
        RequestRecord none = RequestRecord.decode(GoldenSectors.segment("request-none"));
        assertThat(none).isEqualTo(new RequestRecord(0, RequestRecord.NONE));
        assertThat(none.isPending()).isFalse();
        RequestRecord force = RequestRecord.decode(GoldenSectors.segment("request-force"));
        assertThat(force).isEqualTo(new RequestRecord(3, RequestRecord.FORCE));
        assertThat(force.isPending()).isTrue();
    }

    @Test
    void anIndexTellsWhichLeaseLiesWhere() throws Exception {
        MemorySegment index = GoldenSectors.segment("index");
        ResourceIndexHeader header = ResourceIndexHeader.decode(index);
        assertThat(header).isEqualTo(new ResourceIndexHeader(512, MIB, 4096, 0, "golden"));
        String[] names = {"one", "sp ace", "three"};
        for (int i = 0; i < names.length; i++) {
            assertThat(entry(header, i, index))
                    .contains(new ResourceIndexEntry(i, names[i], (2L + i) * MIB, 0));
        }
        assertThat(entry(header, 3, index)).isEmpty();
    }

    @Test
    void sectorsLieWhereSanlockKeepsThem() {
        assertThat(SanlockAreaLayout.deltaOffset(512, 1)).isZero();
        assertThat(SanlockAreaLayout.deltaOffset(4096, 250)).isEqualTo(249L * 4096);
        assertThat(SanlockAreaLayout.requestOffset(4096)).isEqualTo(4096);
        assertThat(SanlockAreaLayout.hostOffset(512, 1)).isEqualTo(1024);
        assertThat(SanlockAreaLayout.hostOffset(4096, 1999)).isEqualTo(2000L * 4096);
        assertThat(SanlockAreaLayout.maxHosts(512, MIB)).isEqualTo(2000);
        assertThat(SanlockAreaLayout.maxHosts(4096, 2 * MIB)).isEqualTo(500);
    }

    @Test
    void bytesAreReadFromAnySegmentAtAnyAlignment() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment odd = arena.allocate(513, 8).asSlice(1);
            odd.copyFrom(GoldenSectors.segment("host-live").asSlice(0, 512));
            assertThat(DeltaLeader.decode(1, odd).hostName()).isEqualTo("host-a");
        }
    }

    private static Optional<ResourceIndexEntry> entry(
            ResourceIndexHeader header, int index, MemorySegment bytes) throws Exception {
        return ResourceIndexEntry.decode(
                header, index, bytes.asSlice(header.entryOffset(index), ResourceIndexEntry.BYTES));
    }

    private static PaxosLeader leader(String name) throws Exception {
        return PaxosLeader.decode(GoldenSectors.segment(name));
    }
}
