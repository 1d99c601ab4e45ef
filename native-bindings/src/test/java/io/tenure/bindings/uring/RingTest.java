package io.tenure.bindings.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.MappedRegion;
import io.tenure.bindings.libc.OpenFlags;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The queues work on a real file, with every set of flags that a kernel may know. */
final class RingTest {
    private static final int UNIT_BYTES = 4096;

    @TempDir private Path directory;

    static Stream<List<Integer>> flags() {
        return Ring.FLAGS.stream().map(List::of);
    }

    @ParameterizedTest
    @MethodSource("flags")
    void what_is_written_is_read_through_files_and_buffers_of_the_tables(List<Integer> flags)
            throws IOException {
        int fd = open();
        try (Ring ring = Ring.open(8, flags);
                MappedRegion region = MappedRegion.anonymous(2 * UNIT_BYTES)) {
            MemorySegment out = region.segment().asSlice(0, UNIT_BYTES).fill((byte) 7);
            MemorySegment in = region.segment().asSlice(UNIT_BYTES);
            assertThat(ring.createFileTable(4)).isZero();
            assertThat(ring.putFile(3, fd)).isPositive();
            assertThat(ring.createBufferTable(2)).isZero();
            assertThat(ring.putBuffer(1, region.segment())).isPositive();

            ring.submissions()
                    .next()
                    .write(out.address(), UNIT_BYTES, UNIT_BYTES)
                    .onFile(3)
                    .inBuffer(1)
                    .userData(70);
            assertThat(ring.enter(1)).isEqualTo(1);
            expect(ring.completions(), 70, UNIT_BYTES);

            ring.submissions()
                    .next()
                    .read(in.address(), UNIT_BYTES, UNIT_BYTES)
                    .onDescriptor(fd)
                    .userData(71);
            assertThat(ring.enter(1)).isEqualTo(1);
            expect(ring.completions(), 71, UNIT_BYTES);
            assertThat(in.mismatch(out)).isEqualTo(-1);

            ring.submissions()
                    .next()
                    .read(in.address(), UNIT_BYTES, 0)
                    .onFile(3)
                    .inBuffer(1)
                    .userData(72);
            assertThat(ring.enter(1)).isEqualTo(1);
            expect(ring.completions(), 72, UNIT_BYTES);
            assertThat(in.mismatch(out)).isZero();
        } finally {
            Libc.close(fd);
        }
    }

    @ParameterizedTest
    @MethodSource("flags")
    void every_request_comes_back_once_while_the_queues_go_round(List<Integer> flags)
            throws IOException {
        try (Ring ring = Ring.open(4, flags)) {
            Set<Long> seen = new HashSet<>();
            for (int round = 0; round < 50; round++) {
                for (int i = 0; i < 3; i++) {
                    ring.submissions().next().userData(3L * round + i);
                }
                assertThat(ring.enter(3)).isEqualTo(3);
                while (ring.completions().ready() > 0) {
                    assertThat(ring.completions().result()).isZero();
                    assertThat(seen.add(ring.completions().userData())).isTrue();
                    ring.completions().advance();
                }
                assertThat(seen).hasSize(3 * round + 3);
            }
        }
    }

    @Test
    void a_full_queue_refuses_and_what_was_not_taken_is_taken_back() throws IOException {
        try (Ring ring = Ring.open(2)) {
            SubmissionQueue submissions = ring.submissions();
            assertThat(submissions.entryCount()).isEqualTo(2);
            submissions.next().userData(1);
            submissions.next().userData(2);
            assertThatThrownBy(submissions::next).isInstanceOf(IllegalStateException.class);
            assertThat(submissions.pending()).isEqualTo(2);
            assertThat(submissions.withdraw()).isEqualTo(2);
            submissions.next().userData(3);
            assertThat(ring.enter(1)).isEqualTo(1);
            expect(ring.completions(), 3, 0);
            assertThat(ring.completions().ready()).isZero();
        }
    }

    @Test
    void a_failing_request_completes_with_its_error_and_the_others_go_on() throws IOException {
        try (Ring ring = Ring.open(2);
                MappedRegion region = MappedRegion.anonymous(UNIT_BYTES)) {
            ring.submissions()
                    .next()
                    .read(region.segment().address(), UNIT_BYTES, 0)
                    .onDescriptor(-1)
                    .userData(1);
            ring.submissions().next().userData(2);
            assertThat(ring.enter(2)).isEqualTo(2);
            expect(ring.completions(), 1, -Errno.EBADF);
            expect(ring.completions(), 2, 0);
        }
    }

    @Test
    void only_the_thread_that_entered_first_submits() throws IOException {
        try (Ring ring = Ring.open(2, List.of(Ring.FLAGS.get(1)))) {
            int elsewhere = CompletableFuture.supplyAsync(() -> ring.enter(0)).join();
            assertThat(elsewhere).isZero();
            assertThat(ring.enter(0)).isEqualTo(-Errno.EEXIST);
        }
    }

    @Test
    void a_kernel_that_knows_none_of_the_flags_is_named() {
        assertThatThrownBy(() -> Ring.open(2, List.of(1 << 30)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("EINVAL")
                .hasMessageContaining("5.10");
    }

    @Test
    void a_kernel_that_lacks_a_flag_gets_a_ring_without_it() throws IOException {
        try (Ring ring = Ring.open(2, List.of(1 << 30, Ring.FLAGS.getLast()))) {
            ring.submissions().next().userData(5);
            assertThat(ring.enter(1)).isEqualTo(1);
            expect(ring.completions(), 5, 0);
        }
    }

    @Test
    void a_closed_ring_leaves_no_descriptor_and_no_mapping() throws IOException {
        Ring ring = Ring.open(2);
        assertThat(rings()).isEqualTo(1);
        ring.close();
        ring.close();
        assertThat(rings()).isZero();
        assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain("io_uring");
    }

    private static void expect(CompletionQueue completions, long userData, int result) {
        assertThat(completions.ready()).isPositive();
        assertThat(completions.userData()).isEqualTo(userData);
        assertThat(completions.result()).isEqualTo(result);
        completions.advance();
    }

    private static long rings() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(RingTest::isRing).count();
        }
    }

    private static boolean isRing(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("io_uring");
        } catch (IOException e) {
            return false; // the one that listed the folder
        }
    }

    private int open() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[2 * UNIT_BYTES]);
        int fd = Libc.open(file.toString(), OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
        assertThat(fd).isNotNegative();
        return fd;
    }
}
