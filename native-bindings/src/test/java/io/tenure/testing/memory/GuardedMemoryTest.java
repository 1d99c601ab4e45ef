package io.tenure.testing.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.libc.Libc;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuardedMemoryTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 512, 4096, 4097, 3 << 20})
    void a_segment_ends_where_a_page_ends(long bytes) {
        try (GuardedMemory memory = new GuardedMemory()) {
            MemorySegment segment = memory.allocate(bytes, 1);
            assertThat(segment.byteSize()).isEqualTo(bytes);
            assertThat((segment.address() + bytes) % Libc.getpagesize()).isZero();
            assertThat(segment.get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo(GuardedMemory.FILL);
        }
    }

    @Test
    void an_aligned_segment_begins_at_its_alignment() {
        try (GuardedMemory memory = new GuardedMemory()) {
            assertThat(memory.allocate(100, 64).address() % 64).isZero();
            assertThat(memory.allocate(8192, 4096).address() % 4096).isZero();
            assertThatThrownBy(() -> memory.allocate(8, 8192))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void the_last_byte_can_be_used() throws IOException {
        ChildJvm child = touch("0");
        assertThat(child.output()).contains("survived");
        assertThat(child.exitCode()).isZero();
    }

    @Test
    void one_byte_beyond_the_end_kills_the_process() throws IOException {
        ChildJvm child = touch("1");
        assertThat(child.output()).contains("SIGSEGV").doesNotContain("survived");
        assertThat(child.exitCode()).isNotZero();
    }

    private ChildJvm touch(String beyond) throws IOException {
        return ChildJvm.run(
                directory,
                List.of("--enable-native-access=ALL-UNNAMED", "-Dbeyond=" + beyond),
                Overrun.class,
                Libc.class);
    }

    /** Writes as native code would: without bounds. */
    static final class Overrun {
        @SuppressWarnings("restricted")
        public static void main(String[] arguments) {
            long beyond = Long.getLong("beyond");
            try (GuardedMemory memory = new GuardedMemory()) {
                MemorySegment segment = memory.allocate(10, 1);
                MemorySegment.ofAddress(segment.address())
                        .reinterpret(Long.MAX_VALUE)
                        .set(ValueLayout.JAVA_BYTE, 9 + beyond, (byte) 1);
            }
            System.out.println("survived");
        }
    }
}
