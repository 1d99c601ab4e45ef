package io.tenure.sanlock;

import static io.tenure.sanlock.Trying.exclusive;
import static io.tenure.sanlock.Trying.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.SanlockReturn;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The resource index, on two real daemons. Covers upstream's tests of the daemon: format, create,
 * delete, lookup, lookup of what is not initialised, lookup of what is missing; and rebuild and
 * update.
 */
final class ResourceIndexTest {
    private static final int MIB = 1 << 20;
    private static final int ROOM = 10;
    private static final long PLACE_BYTES = (ROOM + 2L) * MIB;

    /** Of the header, see the reference of sanlock's {@code rindex_disk.h}. */
    private static final int INDEX_MAGIC = 0x01042018;

    private static final int PAXOS_MAGIC = 0x06152010;
    private static final int CLEAR_MAGIC = 0x11282016;

    private static final AtomicLong NEXT_PLACE = new AtomicLong();

    private static SanlockLab lab;
    private static Path file;

    private ResourceIndex index;

    @BeforeAll
    static void join() throws IOException {
        lab = SanlockLab.start(2);
        file = lab.leaseFile("indices", 64 * PLACE_BYTES);
        lab.writeAndJoin(new Lockspace("LS", 1, file.toString(), 0, 512, MIB));
        lab.awaitAllLive("LS");
    }

    @AfterAll
    static void leave() {
        lab.close();
    }

    @BeforeEach
    void formatIndex() throws SanlockException {
        index = lab.sanlock(0).index(nextPlace());
        index.format();
    }

    @Test
    void formatting_writes_a_header_without_entries_and_a_lease_behind_it() throws IOException {
        long offset = index.place().offsetBytes();
        assertThat(intAt(offset)).isEqualTo(INDEX_MAGIC);
        assertThat(read(offset + 512, MIB - 512)).containsOnly(0);
        assertThat(intAt(offset + MIB)).isEqualTo(PAXOS_MAGIC);
        assertThat(index.firstFreeOffset()).isEqualTo(OptionalLong.of(offset + 2 * MIB));
    }

    @Test
    void what_is_created_is_found_by_name_and_by_offset_and_can_be_held() throws IOException {
        List<Resource> created = new ArrayList<>();
        for (String name : List.of("A", "B", "C")) {
            created.add(index.create(name));
        }
        for (int i = 0; i < created.size(); i++) {
            Resource resource = created.get(i);
            assertThat(resource.offsetBytes())
                    .isEqualTo(index.place().offsetBytes() + (2L + i) * MIB);
            assertThat(index.lookup(resource.name())).contains(resource);
            assertThat(index.nameAt(resource.offsetBytes())).contains(resource.name());
            assertThat(intAt(resource.offsetBytes())).isEqualTo(PAXOS_MAGIC);
            assertThat(lab.sanlock(1).readResource(resource).lver()).isZero();
        }
        try (Registration registration = lab.sanlock(1).register()) {
            registration.acquire(exclusive(created.get(1)), "");
            assertThat(registration.inquire()).hasSize(1);
        }
    }

    @Test
    void a_name_is_created_only_once() throws SanlockException {
        Resource first = index.create("A");
        SanlockException e = failure(() -> index.create("A"));
        assertThat(e.code()).isEqualTo(-Errno.EEXIST);
        assertThat(e).hasMessageContaining("has an entry of that name already");
        assertThat(index.lookup("A")).contains(first);
        assertThat(index.nameAt(first.offsetBytes() + MIB)).isEmpty();
    }

    @Test
    void deleting_frees_the_entry_and_clears_the_lease() throws IOException {
        Resource resource = index.create("A");
        index.create("B");
        index.delete("A");
        assertThat(index.lookup("A")).isEmpty();
        assertThat(index.nameAt(resource.offsetBytes())).isEmpty();
        assertThat(intAt(resource.offsetBytes())).isEqualTo(CLEAR_MAGIC);
        assertThat(index.create("C").offsetBytes()).isEqualTo(resource.offsetBytes());
    }

    @Test
    void what_is_held_is_not_deleted() throws SanlockException {
        Resource resource = index.create("A");
        try (Registration registration = lab.sanlock(1).register()) {
            registration.acquire(exclusive(resource), "");
            SanlockException e = failure(() -> index.delete("A"));
            assertThat(e).hasMessageContaining("somebody holds its lease");
            assertThat(lab.sanlock(0).owners(resource)).hasSize(1);
            registration.release(List.of(resource));
        }
        index.delete("A");
    }

    @Test
    void what_is_missing_is_no_failure_to_look_up_but_one_to_delete() throws SanlockException {
        assertThat(index.lookup("MISSING")).isEmpty();
        SanlockException e = failure(() -> index.delete("MISSING"));
        assertThat(e.code()).isEqualTo(-Errno.ENOENT);
        assertThat(e).hasMessageContaining("has no such entry");
    }

    @Test
    void where_no_index_is_nothing_is_found_or_created() {
        ResourceIndex nothing = lab.sanlock(0).index(nextPlace());
        SanlockException lookup = failure(() -> nothing.lookup("A"));
        assertThat(lookup.code()).isEqualTo(SanlockReturn.SANLK_RINDEX_MAGIC);
        assertThat(lookup).hasMessageContaining("format it first");
        assertThat(failure(() -> nothing.create("A")).code())
                .isEqualTo(SanlockReturn.SANLK_RINDEX_MAGIC);
        assertThat(failure(nothing::rebuild).code()).isEqualTo(SanlockReturn.SANLK_RINDEX_MAGIC);
    }

    @Test
    void a_missing_file_is_not_taken_for_a_missing_entry() {
        IndexPlace nowhere = new IndexPlace("LS", "/absent", 0, 512, MIB, ROOM);
        SanlockException e = failure(() -> lab.sanlock(0).index(nowhere).lookup("A"));
        assertThat(e.code()).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void an_index_of_another_lockspace_is_refused() {
        IndexPlace place = index.place();
        IndexPlace other =
                new IndexPlace("OTHER", place.path(), place.offsetBytes(), 512, MIB, ROOM);
        assertThat(failure(() -> lab.sanlock(0).index(other).lookup("A")).code())
                .isEqualTo(SanlockReturn.SANLK_RINDEX_LOCKSPACE);
    }

    @Test
    void a_full_index_says_so() throws SanlockException {
        for (int i = 0; i < ROOM; i++) {
            index.create("R" + i);
        }
        assertThat(index.firstFreeOffset()).isEmpty();
        assertThat(failure(() -> index.create("ONE_MORE")))
                .hasMessageContaining("the index has no free entry");
    }

    @Test
    void rebuilding_finds_the_leases_and_drops_names_without_one() throws SanlockException {
        Resource kept = index.create("KEPT");
        Resource cleared = index.create("CLEARED");
        lab.sanlock(0).clearResource(cleared);
        index.format();
        assertThat(index.lookup("KEPT")).isEmpty();
        index.enter("NO_LEASE", cleared.offsetBytes() + MIB);
        index.rebuild();
        assertThat(index.lookup("KEPT")).contains(kept);
        assertThat(index.lookup("CLEARED")).isEmpty();
        assertThat(index.lookup("NO_LEASE")).isEmpty();
    }

    @Test
    void entries_are_mended_one_by_one_but_never_doubled() throws SanlockException {
        Resource created = index.create("A");
        long free = created.offsetBytes() + 3L * MIB;
        assertThat(index.enter("B", free).offsetBytes()).isEqualTo(free);
        assertThat(index.lookup("B").orElseThrow().offsetBytes()).isEqualTo(free);
        assertThat(failure(() -> index.enter("A", free + MIB)).code()).isEqualTo(-Errno.EEXIST);
        assertThat(failure(() -> index.enter("C", free)).code()).isEqualTo(-Errno.EEXIST);
        index.removeEntry(free);
        assertThat(index.lookup("B")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-5L * MIB, 0, MIB, 2L * MIB + 512, (2L + ROOM) * MIB})
    void offsets_outside_of_the_index_never_reach_the_daemon(long fromIndexBytes) {
        long offset = index.place().offsetBytes() + fromIndexBytes;
        assertThatThrownBy(() -> index.nameAt(offset)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> index.removeEntry(offset))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> index.enter("A", offset))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 16_001})
    void an_index_has_room_for_no_more_than_its_area_holds(int maxResources) {
        assertThatThrownBy(() -> new IndexPlace("LS", "/f", 0, 512, MIB, maxResources))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void threads_and_hosts_take_turns_at_one_index() throws Exception {
        ResourceIndex fromOther = lab.sanlock(1).index(index.place());
        List<Future<Resource>> creating = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 6; i++) {
                String name = "R" + i;
                ResourceIndex own = i % 2 == 0 ? index : fromOther;
                creating.add(threads.submit(() -> own.create(name)));
            }
        }
        List<Long> offsets = new ArrayList<>();
        for (Future<Resource> created : creating) {
            offsets.add(created.get().offsetBytes());
        }
        assertThat(offsets).doesNotHaveDuplicates();
        for (int i = 0; i < 6; i++) {
            assertThat(index.lookup("R" + i).orElseThrow().offsetBytes()).isEqualTo(offsets.get(i));
        }
    }

    @Test
    void an_index_on_4k_storage_is_found_without_joining() throws IOException {
        try (LoopDevice device = LoopDevice.create(Path.of("/dev/shm"), 64L * MIB, 4096)) {
            IndexPlace place =
                    new IndexPlace("LS4K", device.path().toString(), 0, 4096, 8 * MIB, 3);
            ResourceIndex onDevice = lab.sanlock(0).index(place);
            onDevice.format();
            assertThat(onDevice.lookup("A")).isEmpty();
            assertThat(onDevice.firstFreeOffset()).isEqualTo(OptionalLong.of(16 * MIB));
            assertThat(failure(() -> onDevice.create("A")).isNotJoined()).isTrue();
        }
    }

    private static IndexPlace nextPlace() {
        long offset = MIB + NEXT_PLACE.getAndIncrement() * PLACE_BYTES;
        return new IndexPlace("LS", file.toString(), offset, 512, MIB, ROOM);
    }

    private static int intAt(long offsetBytes) throws IOException {
        return ByteBuffer.wrap(read(offsetBytes, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static byte[] read(long offsetBytes, int bytes) throws IOException {
        try (RandomAccessFile io = new RandomAccessFile(file.toFile(), "r")) {
            byte[] read = new byte[bytes];
            io.seek(offsetBytes);
            io.readFully(read);
            return read;
        }
    }
}
