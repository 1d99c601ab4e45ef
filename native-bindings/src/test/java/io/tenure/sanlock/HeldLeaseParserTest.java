package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HeldLeaseParserTest {
    @Test
    void nothing_held_is_an_empty_list() {
        assertThat(HeldLeaseParser.parse("")).isEmpty();
    }

    @Test
    void leases_are_separated_by_spaces_and_shared_ones_have_no_version() {
        assertThat(HeldLeaseParser.parse("L:a:/f:1048576:7 L:b:/d\\:e:2097152:SH"))
                .containsExactly(
                        new HeldLease("L", "a", "/f", 1048576, 7, LeaseMode.EXCLUSIVE),
                        new HeldLease("L", "b", "/d:e", 2097152, 0, LeaseMode.SHARED));
    }

    @Test
    void a_lease_without_all_its_parts_is_refused() {
        assertThatThrownBy(() -> HeldLeaseParser.parse("L:a:/f:1048576"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("L:a:/f:1048576");
    }
}
