package io.tenure.sanlock;

import static io.tenure.sanlock.Trying.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.OpenFlags;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Areas as they lie on storage, written and read without joining. Covers what upstream's Python
 * tests check under: write lockspace and write resource (at the start and far out, on 4K storage,
 * in each alignment, with other encodings of the file name), invalid sector and alignment sizes,
 * clear resource (also with nothing there), get alignment, and the length of paths.
 */
final class AreasOnStorageTest {
    private static final int MIB = 1 << 20;

    private static final byte GUARD = (byte) 0xA5;

    /** Of the leader records, see the reference of sanlock's {@code ondisk.h}. */
    private static final int DELTA_MAGIC = 0x12212010;

    private static final int PAXOS_MAGIC = 0x06152010;
    private static final int CLEAR_MAGIC = 0x11282016;

    private static final AtomicInteger NEXT_FILE = new AtomicInteger();

    private static SanlockLab lab;
    private static Sanlock sanlock;
    private static LoopDevice device;

    @BeforeAll
    static void start() throws IOException {
        lab = SanlockLab.start(1);
        sanlock = lab.sanlock(0);
        device = LoopDevice.create(Path.of("/dev/shm"), 64L * MIB, 4096);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
        device.close();
    }

    @ParameterizedTest
    @CsvSource({
        "512, 1, 0",
        "4096, 1, 0",
        "4096, 2, 0",
        "4096, 4, 0",
        "4096, 8, 0",
        "512, 1, 1099511627776",
        "4096, 8, 1099511627776"
    })
    void areas_are_written_where_they_belong_and_no_further(
            int sectorBytes, int alignMebibytes, long offsetBytes) throws IOException {
        int alignBytes = alignMebibytes * MIB;
        Path file = file(offsetBytes, 2 * alignBytes);
        Lockspace lockspace =
                new Lockspace("LS", 1, file.toString(), offsetBytes, sectorBytes, alignBytes);
        sanlock.writeLockspace(lockspace, 3);
        assertThat(sanlock.readLockspace(lockspace))
                .isEqualTo(new LockspaceInfo("LS", 3, sectorBytes, alignBytes));
        assertThat(magicAt(file, offsetBytes)).isEqualTo(DELTA_MAGIC);
        assertThat(sanlock.lockspaceState(lockspace)).isEqualTo(LockspaceState.ABSENT);
        assertGuarded(file, offsetBytes + alignBytes);

        Resource resource =
                new Resource("LS", "R", file.toString(), offsetBytes, sectorBytes, alignBytes);
        sanlock.writeResource(resource);
        assertThat(sanlock.readResource(resource))
                .isEqualTo(new ResourceInfo("LS", "R", 0, sectorBytes, alignBytes));
        assertThat(sanlock.owners(resource)).isEmpty();
        assertThat(magicAt(file, offsetBytes)).isEqualTo(PAXOS_MAGIC);
        assertGuarded(file, offsetBytes + alignBytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ascii", "\u05d0", "\u00e9:", "a:b"})
    void paths_in_any_script_are_the_same_to_the_daemon(String name) throws IOException {
        // Made through the C library: where the locale has no such letters, Java cannot name it.
        String path = lab.leaseFile(uniqueName(), 0).resolveSibling("x") + uniqueName() + name;
        int fd = Libc.open(path, OpenFlags.O_CREAT | OpenFlags.O_RDWR, 0666);
        assertThat(fd).isNotNegative();
        assertThat(Libc.ftruncate(fd, 2L * MIB)).isZero();
        assertThat(Libc.close(fd)).isZero();
        Lockspace lockspace = new Lockspace("LS", 1, path, 0, 512, MIB);
        Resource resource = new Resource("LS", "R", path, MIB, 512, MIB);
        sanlock.writeLockspace(lockspace, 1);
        sanlock.writeResource(resource);
        assertThat(sanlock.readLockspace(lockspace).name()).isEqualTo("LS");
        assertThat(sanlock.readResource(resource).name()).isEqualTo("R");
    }

    @Test
    void sectors_of_512_bytes_are_refused_on_4k_storage() {
        String path = device.path().toString();
        Lockspace lockspace = new Lockspace("LS", 1, path, 0, 512, MIB);
        Resource resource = new Resource("LS", "R", path, MIB, 512, MIB);
        assertGeometryRefused(() -> sanlock.writeLockspace(lockspace, 1));
        assertGeometryRefused(() -> sanlock.readLockspace(lockspace));
        assertGeometryRefused(() -> sanlock.readResource(resource));
        assertGeometryRefused(() -> sanlock.owners(resource));
        // Writing a resource is not: it is one write of the whole area (upstream: expected
        // failure).
    }

    @Test
    void owners_are_not_read_with_another_area_size_than_was_written() throws IOException {
        String path = file(0, 16 * MIB).toString();
        sanlock.writeResource(new Resource("LS", "R", path, 0, 4096, 8 * MIB));
        Resource smaller = new Resource("LS", "R", path, 0, 4096, MIB);
        assertThat(failure(() -> sanlock.owners(smaller)).code()).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void clearing_leaves_no_lease_whatever_was_there() throws IOException {
        Path file = file(0, 2 * MIB);
        Resource resource = new Resource("LS", "R", file.toString(), 0, 512, MIB);
        for (ThrowingWrite before :
                new ThrowingWrite[] {
                    () -> sanlock.writeResource(resource),
                    () -> sanlock.clearResource(resource),
                    () ->
                            sanlock.writeLockspace(
                                    new Lockspace("LS", 1, file.toString(), 0, 512, MIB), 1)
                }) {
            before.run();
            sanlock.clearResource(resource);
            assertThat(failure(() -> sanlock.readResource(resource)).isNoLease()).isTrue();
            assertThat(magicAt(file, 0)).isEqualTo(CLEAR_MAGIC);
            assertGuarded(file, MIB);
        }
    }

    @Test
    void reading_beyond_the_end_of_a_file_is_told_as_that() throws IOException {
        String path = file(0, MIB).toString();
        Resource beyond = new Resource("LS", "R", path, 64L * MIB, 512, MIB);
        SanlockException e = failure(() -> sanlock.readResource(beyond));
        assertThat(e.isDaemonGone()).isFalse();
        assertThat(e.meaning()).isNotEmpty();
    }

    @Test
    void the_default_area_size_is_1_mebibyte_for_files_and_8_for_4k_devices() throws IOException {
        assertThat(sanlock.defaultAlignBytes(file(0, MIB).toString())).isEqualTo(MIB);
        assertThat(sanlock.defaultAlignBytes(device.path().toString())).isEqualTo(8 * MIB);
        SanlockException e = failure(() -> sanlock.defaultAlignBytes("/absent"));
        assertThat(e.isDaemonGone()).isFalse();
        assertThat(e).hasMessageContaining("no such file");
    }

    /** What upstream calls parse args and path length: refused here, or answered by the daemon. */
    @Test
    void a_path_of_1023_bytes_reaches_the_daemon_and_one_of_1024_does_not() {
        String longest = "/" + "x".repeat(1022);
        assertThat(longest.getBytes(UTF_8)).hasSize(1023);
        Lockspace lockspace = new Lockspace("LS", 1, longest, 0, 512, MIB);
        Resource resource = new Resource("LS", "R", longest, 0, 512, MIB);
        for (ThrowingCallable call :
                new ThrowingCallable[] {
                    () -> sanlock.writeLockspace(lockspace, 1),
                    () -> sanlock.readLockspace(lockspace),
                    () -> sanlock.writeResource(resource),
                    () -> sanlock.readResource(resource),
                    () -> sanlock.owners(resource),
                    () -> sanlock.addLockspace(lockspace, 1),
                    () -> sanlock.removeLockspace(lockspace),
                    () -> sanlock.defaultAlignBytes(longest)
                }) {
            SanlockException e = failure(call);
            assertThat(e.isDaemonGone()).as(e.getMessage()).isFalse();
        }
        assertThatThrownBy(() -> sanlock.defaultAlignBytes(longest + "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private interface ThrowingWrite {
        void run() throws SanlockException;
    }

    private static void assertGeometryRefused(ThrowingCallable call) {
        SanlockException e = failure(call);
        assertThat(e.code()).as(e.getMessage()).isEqualTo(-Errno.EINVAL);
        assertThat(e).hasMessageContaining("do not fit what is on storage");
    }

    private static String uniqueName() {
        return "f" + NEXT_FILE.incrementAndGet();
    }

    /** A sparse file with guards around an area of so many bytes and behind half of it. */
    private static Path file(long offsetBytes, int bytes) throws IOException {
        Path file = lab.leaseFile(uniqueName(), offsetBytes + bytes + MIB);
        for (long guard : new long[] {offsetBytes + bytes / 2, offsetBytes + bytes}) {
            try (RandomAccessFile io = new RandomAccessFile(file.toFile(), "rw")) {
                byte[] pattern = new byte[4096];
                Arrays.fill(pattern, GUARD);
                io.seek(guard);
                io.write(pattern);
            }
        }
        return file;
    }

    private static void assertGuarded(Path file, long offsetBytes) throws IOException {
        for (byte b : read(file, offsetBytes, 4096)) {
            assertThat(b).as("guard at " + offsetBytes).isEqualTo(GUARD);
        }
    }

    private static int magicAt(Path file, long offsetBytes) throws IOException {
        return ByteBuffer.wrap(read(file, offsetBytes, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static byte[] read(Path file, long offsetBytes, int bytes) throws IOException {
        try (RandomAccessFile io = new RandomAccessFile(file.toFile(), "r")) {
            byte[] read = new byte[bytes];
            io.seek(offsetBytes);
            io.readFully(read);
            return read;
        }
    }
}
