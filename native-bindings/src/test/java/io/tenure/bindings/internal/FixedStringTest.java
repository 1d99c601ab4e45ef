package io.tenure.bindings.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.testing.memory.GuardedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class FixedStringTest {
    @Test
    void what_follows_a_text_in_its_array_is_zero() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(8).fill((byte) 0xAA);
            FixedString.put(segment, 1, 6, "ab");
            assertThat(segment.toArray(ValueLayout.JAVA_BYTE))
                    .containsExactly((byte) 0xAA, 'a', 'b', 0, 0, 0, 0, (byte) 0xAA);
        }
    }

    @Test
    void a_text_without_a_nul_is_read_to_the_end_of_its_array_and_no_further() {
        try (GuardedMemory memory = new GuardedMemory()) {
            MemorySegment segment = memory.allocate(48, 1).fill((byte) 'x');
            assertThat(FixedString.get(segment, 0, 48)).isEqualTo("x".repeat(48));
        }
    }

    @Test
    void a_text_fills_its_array_to_the_last_byte() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(4);
            FixedString.put(segment, 0, 4, "öö");
            assertThat(FixedString.get(segment, 0, 4)).isEqualTo("öö");
            assertThatThrownBy(() -> FixedString.put(segment, 0, 4, "ööo"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("5 bytes, at most 4");
        }
    }

    @Test
    void a_text_that_c_would_see_differently_is_refused() {
        assertThatThrownBy(() -> FixedString.encode("a\0b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NUL");
        assertThatThrownBy(() -> FixedString.encode("\ud800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UTF-8");
    }
}
