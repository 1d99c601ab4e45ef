package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds memory while a system call uses it, of which it knows only the address. */
final class HeldMemoryTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir private Path directory;

    @Test
    void an_arena_cannot_be_closed_while_a_call_uses_its_memory() throws Exception {
        Path path = directory.resolve("file");
        OpenFile holder = OpenFile.open(path);
        OpenFile waiter = OpenFile.open(path);
        Arena arena = Arena.ofShared();
        MemorySegment flock = Flock.allocate(arena, Flock.F_WRLCK, 0, 0);
        assertThat(Libc.fcntl(holder.fd(), Fcntl.F_OFD_SETLK, flock)).isZero();
        CompletableFuture<Integer> waiting =
                CompletableFuture.supplyAsync(
                        () -> Libc.fcntl(waiter.fd(), Fcntl.F_OFD_SETLKW, flock));
        try {
            awaitWaiterFor(path);
            assertThatThrownBy(arena::close).isInstanceOf(IllegalStateException.class);
        } finally {
            holder.close();
        }
        assertThat(waiting.get()).isZero();
        arena.close();
        waiter.close();
    }

    @Test
    void memory_of_the_java_heap_is_refused() {
        MemorySegment heap = MemorySegment.ofArray(new byte[512]);
        assertThatThrownBy(() -> Libc.pread(0, heap, 512, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void memory_that_is_gone_is_refused() {
        Arena arena = Arena.ofShared();
        MemorySegment gone = arena.allocate(512);
        arena.close();
        assertThatThrownBy(() -> Libc.pwrite(0, gone, 512, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Linux shows who waits for a lock behind an arrow; proc_locks(5). */
    private static void awaitWaiterFor(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            try (Stream<String> locks = Files.lines(Path.of("/proc/locks"))) {
                if (locks.anyMatch(line -> line.contains("-> ") && line.contains(inode))) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("nobody waits for a lock of " + file);
    }
}
