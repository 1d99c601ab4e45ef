package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MappedRegionTest {
    private static final long HUGE = 2L << 20;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 4096, 10_000, HUGE - 1, HUGE, 3 * HUGE + 4096})
    void a_region_is_zero_aligned_and_as_large_as_asked(long bytes) throws IOException {
        try (MappedRegion region = MappedRegion.anonymous(bytes)) {
            MemorySegment segment = region.segment();
            assertThat(segment.byteSize()).isEqualTo(bytes);
            assertThat(segment.address() % (bytes >= HUGE ? HUGE : Libc.getpagesize())).isZero();
            for (long i = 0; i < bytes; i++) {
                if (segment.get(ValueLayout.JAVA_BYTE, i) != 0) {
                    throw new AssertionError("byte " + i + " is not zero");
                }
            }
            segment.fill((byte) 1);
        }
    }

    @Test
    void a_large_region_is_present_and_on_huge_pages_if_the_kernel_gives_them() throws IOException {
        try (MappedRegion region = MappedRegion.anonymous(4 * HUGE)) {
            List<String> mapping = mapping(region.segment().address());
            assertThat(kibibytes(mapping, "Rss:")).isEqualTo(4 * HUGE / 1024);
            assertThat(region.hugePagesAdvised()).isTrue();
            assertThat(line(mapping, "VmFlags:")).contains(" hg");
            String setting =
                    Files.readString(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"));
            assertThat(kibibytes(mapping, "AnonHugePages:") > 0)
                    .isEqualTo(!setting.contains("[never]"));
        }
    }

    @Test
    void a_small_region_asks_for_no_huge_pages() throws IOException {
        try (MappedRegion region = MappedRegion.anonymous(HUGE / 2)) {
            assertThat(region.hugePagesAdvised()).isFalse();
            assertThat(kibibytes(mapping(region.segment().address()), "Rss:"))
                    .isEqualTo(HUGE / 2 / 1024);
        }
    }

    @Test
    void the_page_behind_a_region_is_inaccessible() throws IOException {
        try (MappedRegion region = MappedRegion.anonymous(HUGE)) {
            long end = region.segment().address() + HUGE;
            assertThat(mapping(end).getFirst()).contains(" ---p ");
        }
    }

    @Test
    void after_close_nothing_is_mapped_and_nothing_can_be_accessed() throws IOException {
        MappedRegion region = MappedRegion.anonymous(HUGE);
        MemorySegment segment = region.segment();
        region.close();
        region.close();
        assertThat(mapping(segment.address())).isEmpty();
        assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_size_that_cannot_be_is_refused_and_says_why() {
        assertThatThrownBy(() -> MappedRegion.anonymous(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MappedRegion.anonymous(1L << 60))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1152921504606846976 bytes")
                .hasMessageContaining("ENOMEM");
    }

    @Test
    void a_region_stays_while_a_native_call_uses_it() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        try (MappedRegion region = MappedRegion.anonymous(4096);
                OpenFile reader = OpenFile.open(fifo, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
                FileChannel writer = FileChannel.open(fifo, StandardOpenOption.WRITE)) {
            PollFd.set(region.segment(), 0, reader.fd(), PollFd.POLLIN);
            CompletableFuture<Integer> ready =
                    CompletableFuture.supplyAsync(() -> Libc.poll(region.segment(), 1, 30_000));
            awaitSystemCallOn(region.segment());
            assertThatThrownBy(region::close).isInstanceOf(IllegalStateException.class);
            writer.write(java.nio.ByteBuffer.allocate(1));
            assertThat(ready.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(PollFd.revents(region.segment(), 0)).isEqualTo(PollFd.POLLIN);
        }
    }

    /** Waits until a thread is in a system call whose first argument is the segment. */
    private static void awaitSystemCallOn(MemorySegment segment)
            throws IOException, InterruptedException {
        String argument = " 0x" + Long.toHexString(segment.address()) + " ";
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() - deadline < 0) {
            try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
                for (Path task : tasks.toList()) {
                    if (systemCall(task).contains(argument)) {
                        return;
                    }
                }
            }
            Thread.sleep(5);
        }
        throw new AssertionError("no thread is in a system call on the segment");
    }

    private static String systemCall(Path task) {
        try {
            return Files.readString(task.resolve("syscall"));
        } catch (IOException e) {
            return ""; // the thread has ended
        }
    }

    /** What /proc/self/smaps tells about the mapping that holds an address; empty for none. */
    private static List<String> mapping(long address) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        for (int i = 0; i < lines.size(); i++) {
            String[] ends = lines.get(i).split("[- ]", 3);
            if (!lines.get(i).matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                continue;
            }
            boolean holds =
                    Long.compareUnsigned(Long.parseUnsignedLong(ends[0], 16), address) <= 0
                            && Long.compareUnsigned(address, Long.parseUnsignedLong(ends[1], 16))
                                    < 0;
            if (holds) {
                int next = i + 1;
                while (next < lines.size() && !lines.get(next).matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                    next++;
                }
                return lines.subList(i, next);
            }
        }
        return List.of();
    }

    private static long kibibytes(List<String> mapping, String key) {
        return Long.parseLong(line(mapping, key).replaceAll("[^0-9]", ""));
    }

    private static String line(List<String> mapping, String key) {
        return mapping.stream().filter(l -> l.startsWith(key)).findFirst().orElseThrow();
    }
}
