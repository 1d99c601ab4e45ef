package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What records of lockspaces and resources accept. */
final class PlacesTest {
    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({"512, 1, 2000", "4096, 1, 250", "4096, 2, 500", "4096, 4, 1000", "4096, 8, 2000"})
    void sector_and_area_size_decide_how_many_hosts_there_are(
            int sectorBytes, int alignMebibytes, int maxHosts) {
        int alignBytes = alignMebibytes * MIB;
        Lockspace last = new Lockspace("L", maxHosts, "/f", 0, sectorBytes, alignBytes);
        assertThat(last.maxHosts()).isEqualTo(maxHosts);
        assertThatThrownBy(
                        () -> new Lockspace("L", maxHosts + 1L, "/f", 0, sectorBytes, alignBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to " + maxHosts);
        int flags = AreaGeometry.flags(sectorBytes, alignBytes);
        assertThat(AreaGeometry.sectorBytes(flags)).isEqualTo(sectorBytes);
        assertThat(AreaGeometry.alignBytes(flags)).isEqualTo(alignBytes);
    }

    @ParameterizedTest
    @CsvSource({"512, 2097152", "512, 8388608", "4096, 3145728", "4096, 512", "1024, 1048576"})
    void other_sizes_are_refused(int sectorBytes, int alignBytes) {
        assertThatThrownBy(() -> new Resource("L", "R", "/f", 0, sectorBytes, alignBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not possible");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\\b", "a\0b"})
    void names_that_sanlock_would_misread_are_refused(String name) {
        assertThatThrownBy(() -> resource(name, "/f", 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Lockspace(name, 1, "/f", 0, 512, MIB))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void names_have_up_to_47_bytes() {
        assertThat(resource("ö".repeat(23) + "o", "/f", 0).name()).hasSize(24);
        assertThatThrownBy(() -> resource("ö".repeat(24), "/f", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 47 bytes, not 48");
    }

    @Test
    void paths_have_up_to_1023_bytes_and_a_colon_counts_twice() {
        String longest = "/" + "p".repeat(1022);
        assertThat(resource("R", longest, 0).path()).isEqualTo(longest);
        assertThatThrownBy(() -> resource("R", longest + "p", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1024 bytes");
        assertThatThrownBy(() -> resource("R", longest.replace("ppp", "p:p"), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("counts twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "/with space", "/back\\slash", "/nul\0"})
    void paths_that_sanlock_would_misread_are_refused(String path) {
        assertThatThrownBy(() -> resource("R", path, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1048576, 512, 1048577})
    void offsets_are_multiples_of_the_area_size(long offsetBytes) {
        assertThatThrownBy(() -> resource("R", "/f", offsetBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multiple of the area size");
    }

    @Test
    void host_id_0_is_refused() {
        assertThatThrownBy(() -> new Lockspace("L", 0, "/f", 0, 512, MIB))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host id");
    }

    private static Resource resource(String name, String path, long offsetBytes) {
        return new Resource("L", name, path, offsetBytes, 512, MIB);
    }
}
