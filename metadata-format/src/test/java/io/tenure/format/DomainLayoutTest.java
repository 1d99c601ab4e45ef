package io.tenure.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DomainLayoutTest {
    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({"512,1,2000", "4096,1,250", "4096,2,500", "4096,4,1000", "4096,8,2000"})
    void thePairsOfSanlockAreAllowedWithItsNumberOfHosts(int sector, int mib, int hosts) {
        assertThat(new DomainLayout(sector, mib * MIB, 1).maxHosts()).isEqualTo(hosts);
    }

    @ParameterizedTest
    @CsvSource({
        "512,2097152",
        "512,8388608",
        "1024,1048576",
        "0,1048576",
        "4096,0",
        "4096,1048575",
        "4096,16777216",
        "-512,1048576",
        "4096,-1048576",
        "4096,3145728"
    })
    void anyOtherPairIsRefused(int sector, int align) {
        assertThatThrownBy(() -> new DomainLayout(sector, align, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sectorBytes is " + sector)
                .hasMessageContaining("leaseAlignBytes is " + align);
        assertThatThrownBy(() -> DomainLayout.maxVolumesFor(1L << 40, sector, align))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void areasFollowEachOtherWithoutOverlap() {
        DomainLayout layout = new DomainLayout(512, MIB, 3);
        assertThat(DomainLayout.superblockOffset(RecordCopy.A)).isZero();
        assertThat(DomainLayout.superblockOffset(RecordCopy.B)).isEqualTo(65_536);
        assertThat(layout.lockspaceOffset()).isEqualTo(MIB);
        assertThat(layout.slotCount()).isEqualTo(4);
        assertThat(layout.leaseOffset(0)).isEqualTo(2 * MIB);
        assertThat(layout.leaseOffset(3)).isEqualTo(5 * MIB);
        assertThat(layout.metadataStart()).isEqualTo(6 * MIB);
        assertThat(layout.metadataOffset(0)).isEqualTo(6 * MIB);
        assertThat(layout.metadataOffset(3)).isEqualTo(6 * MIB + 24_576);
        assertThat(layout.totalBytes()).isEqualTo(6 * MIB + 32_768);
    }

    @Test
    void noSlotBeyondTheLastHasAPlace() {
        DomainLayout layout = new DomainLayout(512, MIB, 3);
        assertThatThrownBy(() -> layout.leaseOffset(4))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> layout.leaseOffset(-1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> layout.metadataOffset(4))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theLargestDomainDoesNotOverflow() {
        DomainLayout layout = new DomainLayout(4096, 8 * MIB, DomainLayout.MAX_VOLUMES);
        assertThat(layout.leaseOffset(1_000_000)).isEqualTo(1_000_002L * 8_388_608);
        assertThat(layout.metadataOffset(1_000_000))
                .isEqualTo(1_000_003L * 8_388_608 + 1_000_000L * 8192);
        assertThat(layout.totalBytes()).isEqualTo(1_000_003L * 8_388_608 + 1_000_001L * 8192);
        assertThatThrownBy(() -> new DomainLayout(4096, 8 * MIB, 1_000_001))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxVolumes is 1000001");
        assertThatThrownBy(() -> new DomainLayout(4096, 8 * MIB, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"512,1,1", "512,1,2000", "4096,8,1", "4096,2,77", "4096,8,1000000"})
    void aDeviceOfExactlyTheSizeHasRoomAndOneByteLessHasRoomForOneVolumeLess(
            int sector, int mib, int volumes) {
        long total = new DomainLayout(sector, mib * MIB, volumes).totalBytes();
        assertThat(DomainLayout.maxVolumesFor(total, sector, mib * MIB)).isEqualTo(volumes);
        assertThat(DomainLayout.maxVolumesFor(total - 1, sector, mib * MIB)).isEqualTo(volumes - 1);
    }

    @Test
    void theNumberOfVolumesIsBoundedAtBothEnds() {
        assertThat(DomainLayout.maxVolumesFor(0, 512, MIB)).isZero();
        assertThat(DomainLayout.maxVolumesFor(Long.MAX_VALUE, 512, MIB))
                .isEqualTo(DomainLayout.MAX_VOLUMES);
        assertThatThrownBy(() -> DomainLayout.maxVolumesFor(-1, 512, MIB))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
