package io.tenure.bindings.sanlock;

import static io.tenure.bindings.sanlock.SanlockConstants.*;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.libc.Libc;
import io.tenure.testing.memory.GuardedMemory;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every function of the library, with a page that nothing may touch behind each buffer it is given:
 * one byte too far kills this JVM. Against a real daemon.
 */
final class GuardedCallsTest {
    private static final int MIB = 1 << 20;
    private static final int SIZES = SANLK_RES_ALIGN1M | SANLK_RES_SECTOR512;

    private static SanlockLab lab;
    private static LibSanlock library;
    private static String file;

    private final GuardedMemory memory = new GuardedMemory();

    @BeforeAll
    static void join() throws IOException {
        lab = SanlockLab.start(1);
        library = LibSanlock.copyFor(lab.runDirectory(0));
        file = lab.leaseFile("leases:1", 128L * MIB).toString();
        try (GuardedMemory memory = new GuardedMemory()) {
            MemorySegment lockspace = lockspace(memory);
            assertOk(library.storage().sanlock_write_lockspace(lockspace, 0, 0, 1));
            assertOk(library.admin().sanlock_add_lockspace_timeout(lockspace, 0, 1));
            lab.awaitAllLive("LS");
        }
    }

    @AfterAll
    static void leave() {
        library.close();
        lab.close();
    }

    @AfterEach
    void unmap() {
        memory.close();
    }

    /** As upstream's program for paths. */
    @Test
    void paths_are_escaped_and_back_and_do_not_overrun_what_is_too_short() {
        MemorySegment plain = string("/a b:c\\d");
        String whole = "/a\\ b\\:c\\d";
        for (int bytes = 0; bytes <= 12; bytes++) {
            MemorySegment escaped = memory.allocate(bytes, 1);
            long length = library.sanlock_path_export(escaped, plain, bytes);
            assertThat(length).isLessThan(Math.max(1, bytes));
            if (length > 0) {
                assertThat(escaped.getString(0)).hasSize((int) length);
                assertThat(whole).startsWith(escaped.getString(0));
            }
        }
        MemorySegment escaped = string(whole);
        MemorySegment back = memory.allocate(8, 1);
        assertThat(library.sanlock_path_import(back, escaped, 8)).isEqualTo(7);
        assertThat(back.getString(0)).isEqualTo("/a b:cd");
        assertThat(library.sanlock_path_import(memory.allocate(7, 1), escaped, 7)).isZero();
        assertThat(library.sanlock_path_import(memory.allocate(0, 1), escaped, 0)).isZero();
    }

    /** As upstream's program for strings. */
    @Test
    void resources_become_text_and_back() {
        MemorySegment first = resource("R1", 7, 2);
        SanlkDisk.path(SanlkResource.disks(first, 0), "/dev/a:b");
        SanlkDisk.path(SanlkResource.disks(first, 1), "/dev/c");
        SanlkDisk.offset(SanlkResource.disks(first, 1), 3 * MIB);
        SanlkResource.flags(first, SANLK_RES_LVER);
        SanlkResource.lver(first, 5);
        String text = "LS:R1:/dev/a\\:b:" + 7 * MIB + ":/dev/c:" + 3 * MIB + ":5";
        MemorySegment result = pointer();
        assertOk(library.text().sanlock_res_to_str(first, result));
        assertThat(taken(result)).isEqualTo(text);

        assertOk(library.text().sanlock_str_to_res(string(text), result));
        MemorySegment parsed = ForeignMemory.view(result.get(ADDRESS, 0), 128 + 2 * 1040);
        assertThat(SanlkResource.lockspace_name(parsed)).isEqualTo("LS");
        assertThat(SanlkResource.name(parsed)).isEqualTo("R1");
        assertThat(SanlkResource.lver(parsed)).isEqualTo(5);
        assertThat(SanlkResource.num_disks(parsed)).isEqualTo(2);
        assertThat(SanlkDisk.path(SanlkResource.disks(parsed, 0))).isEqualTo("/dev/a:b");
        assertThat(SanlkDisk.offset(SanlkResource.disks(parsed, 1))).isEqualTo(3L * MIB);
        ForeignMemory.free(parsed);

        MemorySegment both = pointers(first, first);
        assertOk(library.text().sanlock_args_to_state(2, both, result));
        String state = taken(result);
        assertThat(state).isEqualTo(text + " " + text);
        MemorySegment count = integer();
        assertOk(library.text().sanlock_state_to_args(string(state), count, result));
        assertThat(count.get(JAVA_INT, 0)).isEqualTo(2);
        MemorySegment array = ForeignMemory.view(result.get(ADDRESS, 0), 16);
        for (int i = 0; i < 2; i++) {
            MemorySegment each = ForeignMemory.view(array.getAtIndex(ADDRESS, i), 128);
            assertThat(SanlkResource.name(each)).isEqualTo("R1");
            ForeignMemory.free(each);
        }
        ForeignMemory.free(array);
        assertThat(library.text().sanlock_str_to_res(string("nothing"), result)).isNegative();
    }

    @Test
    void lockspaces_are_read_from_text() {
        MemorySegment lockspace = struct(SanlkLockspace.LAYOUT);
        assertOk(
                library.text()
                        .sanlock_str_to_lockspace(string("LS:3:/dev/a\\:b:1048576"), lockspace));
        assertThat(SanlkLockspace.name(lockspace)).isEqualTo("LS");
        assertThat(SanlkLockspace.host_id(lockspace)).isEqualTo(3);
        MemorySegment disk = SanlkLockspace.host_id_disk(lockspace);
        assertThat(SanlkDisk.path(disk)).isEqualTo("/dev/a:b");
        assertThat(SanlkDisk.offset(disk)).isEqualTo(MIB);
    }

    @Test
    void the_daemon_and_its_lockspaces_are_asked() {
        MemorySegment version = integer();
        MemorySegment protocol = integer();
        assertOk(library.admin().sanlock_version(0, version, protocol));
        assertThat(version.get(JAVA_INT, 0)).isEqualTo(0x03080500);
        assertThat(library.sanlock_strerror(-202)).isNotEmpty();

        MemorySegment lockspace = lockspace(memory);
        assertThat(library.admin().sanlock_add_lockspace(lockspace, 0)).isEqualTo(-Errno.EEXIST);
        assertOk(library.admin().sanlock_inq_lockspace(lockspace, SANLK_INQ_WAIT));
        MemorySegment list = pointer();
        MemorySegment count = integer();
        assertOk(library.admin().sanlock_get_lockspaces(list, count, 0));
        assertThat(count.get(JAVA_INT, 0)).isOne();
        MemorySegment found =
                ForeignMemory.view(list.get(ADDRESS, 0), SanlkLockspace.LAYOUT.byteSize());
        assertThat(SanlkLockspace.name(found)).isEqualTo("LS");
        ForeignMemory.free(found);
        MemorySegment ioTimeout = integer();
        assertOk(library.storage().sanlock_read_lockspace(lockspace, 0, ioTimeout));
        assertThat(ioTimeout.get(JAVA_INT, 0)).isOne();

        MemorySegment name = string("LS");
        for (int use : new int[] {SANLK_CONFIG_USED_BY_ORPHANS, SANLK_CONFIG_UNUSED_BY_ORPHANS}) {
            assertOk(library.admin().sanlock_set_config(name, 0, use, MemorySegment.NULL));
        }
        assertThat(
                        library.admin()
                                .sanlock_set_config(
                                        string("NO"), 0, SANLK_CONFIG_USED, MemorySegment.NULL))
                .isEqualTo(-Errno.ENOENT);
        SanlkLockspace.name(lockspace, "NO");
        assertThat(library.admin().sanlock_rem_lockspace(lockspace, SANLK_REM_UNUSED))
                .isEqualTo(-Errno.ENOENT);
    }

    @Test
    void events_are_set_and_listened_for() {
        MemorySegment name = string("LS");
        int fd = library.admin().sanlock_reg_event(name, MemorySegment.NULL, 0);
        assertThat(fd).isNotNegative();
        MemorySegment event = struct(SanlkHostEvent.LAYOUT);
        MemorySegment from = memory.allocate(JAVA_LONG);
        MemorySegment generation = memory.allocate(JAVA_LONG);
        assertThat(library.admin().sanlock_get_event(fd, 0, event, from, generation))
                .isEqualTo(-Errno.EAGAIN);
        SanlkHostEvent.host_id(event, 2);
        SanlkHostEvent.event(event, 5);
        SanlkHostEvent.data(event, 6);
        assertOk(library.admin().sanlock_set_event(name, event, 0));
        SanlkHostEvent.event(event, 7);
        assertThat(library.admin().sanlock_set_event(name, event, 0)).isEqualTo(-Errno.EBUSY);
        assertOk(library.admin().sanlock_set_event(name, event, SANLK_SETEV_REPLACE_EVENT));
        assertOk(library.admin().sanlock_end_event(fd, name, 0));
    }

    @Test
    void areas_are_written_and_read() {
        MemorySegment disk = struct(SanlkDisk.LAYOUT);
        SanlkDisk.path(disk, file);
        assertThat(library.storage().sanlock_align(disk)).isEqualTo(MIB);
        MemorySegment resource = resource("n".repeat(SANLK_NAME_LEN), 2, 1);
        assertOk(library.storage().sanlock_init(MemorySegment.NULL, resource, 0, 0));
        assertOk(library.storage().sanlock_write_resource(resource, 0, 0, 0));
        MemorySegment read = resource("", 2, 1);
        assertOk(library.storage().sanlock_read_resource(read, 0));
        assertThat(SanlkResource.name(read)).as("48 bytes, no NUL").hasSize(SANLK_NAME_LEN);
        assertThat(SanlkResource.flags(read)).isEqualTo(SIZES);
        MemorySegment owners = pointer();
        MemorySegment count = integer();
        assertOk(library.storage().sanlock_read_resource_owners(read, 0, owners, count));
        assertThat(count.get(JAVA_INT, 0)).isZero();
        ForeignMemory.free(owners.get(ADDRESS, 0)); // there may be one all the same
    }

    /** As upstream's tests of format, create, lookup, update and delete of an index. */
    @Test
    void an_index_is_formatted_filled_searched_and_rebuilt() {
        MemorySegment index = struct(SanlkRindex.LAYOUT);
        SanlkRindex.lockspace_name(index, "LS");
        SanlkRindex.flags(index, SANLK_RIF_ALIGN1M | SANLK_RIF_SECTOR512);
        SanlkRindex.max_resources(index, 4);
        SanlkDisk.path(SanlkRindex.disk(index), file);
        SanlkDisk.offset(SanlkRindex.disk(index), 40L * MIB);
        LibSanlockStorage storage = library.storage();
        MemorySegment entry = struct(SanlkRentry.LAYOUT);
        SanlkRentry.name(entry, "A");
        assertThat(storage.sanlock_lookup_rindex(index, 0, entry)).isNegative();
        assertOk(storage.sanlock_format_rindex(index, 0));
        assertThat(storage.sanlock_lookup_rindex(index, 0, entry)).isEqualTo(-Errno.ENOENT);
        assertOk(storage.sanlock_create_resource(index, 0, entry, 0, 0));
        assertThat(SanlkRentry.offset(entry)).isEqualTo(42L * MIB);

        MemorySegment added = struct(SanlkRentry.LAYOUT);
        SanlkRentry.name(added, "B");
        SanlkRentry.offset(added, 43L * MIB);
        assertOk(storage.sanlock_update_rindex(index, SANLK_RXUP_ADD, added));
        assertThat(placeOf(index, "B")).isEqualTo(43L * MIB);
        assertOk(storage.sanlock_rebuild_rindex(index, 0));
        assertThat(placeOf(index, "A")).isEqualTo(42L * MIB);
        assertThat(placeOf(index, "B")).as("no resource was there").isEqualTo(-Errno.ENOENT);

        MemorySegment deleted = struct(SanlkRentry.LAYOUT);
        SanlkRentry.name(deleted, "A");
        assertOk(storage.sanlock_delete_resource(index, 0, deleted));
        assertThat(placeOf(index, "A")).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void leases_are_acquired_asked_for_changed_and_released() {
        LibSanlockResource leases = library.resource();
        MemorySegment first = resource("FIRST", 3, 1);
        MemorySegment second = resource("SECOND", 4, 1);
        assertOk(library.storage().sanlock_write_resource(first, 0, 0, 0));
        assertOk(library.storage().sanlock_write_resource(second, 0, 0, 0));
        MemorySegment options = struct(SanlkOptions.LAYOUT);
        SanlkOptions.owner_name(options, "o".repeat(SANLK_NAME_LEN));
        int fd = leases.sanlock_register();
        assertThat(fd).isNotNegative();
        try {
            assertOk(leases.sanlock_restrict(fd, SANLK_RESTRICT_SIGKILL));
            assertOk(
                    leases.sanlock_killpath(
                            fd, SANLK_KILLPATH_PID, string("/bin/true"), string("a b")));
            MemorySegment both = pointers(first, second);
            int flags = SANLK_ACQUIRE_LVB | SANLK_ACQUIRE_OWNER_NOWAIT;
            assertOk(leases.sanlock_acquire(fd, -1, flags, 2, both, options));
            MemorySegment count = integer();
            MemorySegment state = pointer();
            assertOk(leases.sanlock_inquire(fd, -1, 0, count, state));
            assertThat(count.get(JAVA_INT, 0)).isEqualTo(2);
            String path = file.replace(":", "\\:");
            String held =
                    "LS:FIRST:"
                            + path
                            + ":"
                            + 3 * MIB
                            + ":1 LS:SECOND:"
                            + path
                            + ":"
                            + 4 * MIB
                            + ":1";
            assertThat(taken(state)).isEqualTo(held);

            byte[] value = "value".getBytes(StandardCharsets.UTF_8);
            MemorySegment lvb = memory.allocateFrom(JAVA_BYTE, value);
            assertOk(leases.sanlock_set_lvb(0, first, lvb, value.length));
            MemorySegment sector = memory.allocate(512, 1);
            assertOk(leases.sanlock_get_lvb(0, first, sector, 512));
            assertThat(Arrays.copyOf(sector.toArray(JAVA_BYTE), value.length)).isEqualTo(value);
            MemorySegment tooLarge = memory.allocate(513, 1);
            assertThat(leases.sanlock_set_lvb(0, first, tooLarge, 513)).isEqualTo(-Errno.E2BIG);

            SanlkResource.flags(first, SIZES | SANLK_RES_SHARED);
            assertOk(leases.sanlock_convert(fd, -1, SANLK_CONVERT_OWNER_NOWAIT, first));
            assertOwner(first);
            assertOk(leases.sanlock_examine(0, MemorySegment.NULL, first));
            assertOk(leases.sanlock_request(SANLK_REQUEST_NEXT_LVER, SANLK_REQ_GRACEFUL, first));
            assertOk(leases.sanlock_release(fd, -1, 0, 2, both));
            assertOk(leases.sanlock_inquire(fd, -1, 0, count, state));
            assertThat(count.get(JAVA_INT, 0)).isZero();
        } finally {
            Libc.close(fd);
        }
    }

    /** As upstream's program that tests owners. */
    private void assertOwner(MemorySegment resource) {
        MemorySegment owners = pointer();
        MemorySegment hosts = pointer();
        MemorySegment count = integer();
        MemorySegment verdict = integer();
        assertOk(library.storage().sanlock_read_resource_owners(resource, 0, owners, count));
        assertThat(count.get(JAVA_INT, 0)).isOne();
        assertOk(library.admin().sanlock_get_hosts(string("LS"), 1, hosts, count, 0));
        assertThat(count.get(JAVA_INT, 0)).isOne();
        MemorySegment guardedOwner = copyOfHost(owners);
        MemorySegment guardedHost = copyOfHost(hosts);
        assertOk(
                library.storage()
                        .sanlock_test_resource_owners(
                                resource, 0, guardedOwner, 1, guardedHost, 1, verdict));
        assertThat(verdict.get(JAVA_INT, 0)).isEqualTo(SANLK_TRF_FAIL);
        SanlkHost.flags(guardedHost, SANLK_HOST_DEAD);
        verdict.set(JAVA_INT, 0, 0);
        assertOk(
                library.storage()
                        .sanlock_test_resource_owners(
                                resource, 0, guardedOwner, 1, guardedHost, 1, verdict));
        assertThat(verdict.get(JAVA_INT, 0)).isZero();
    }

    private MemorySegment copyOfHost(MemorySegment pointer) {
        MemorySegment host =
                ForeignMemory.view(pointer.get(ADDRESS, 0), SanlkHost.LAYOUT.byteSize());
        MemorySegment copy = struct(SanlkHost.LAYOUT).copyFrom(host);
        ForeignMemory.free(host);
        return copy;
    }

    private long placeOf(MemorySegment index, String name) {
        MemorySegment entry = struct(SanlkRentry.LAYOUT);
        SanlkRentry.name(entry, name);
        int rv = library.storage().sanlock_lookup_rindex(index, 0, entry);
        return rv < 0 ? rv : SanlkRentry.offset(entry);
    }

    private static MemorySegment lockspace(GuardedMemory memory) {
        MemorySegment lockspace = memory.allocate(SanlkLockspace.LAYOUT).fill((byte) 0);
        SanlkLockspace.name(lockspace, "LS");
        SanlkLockspace.host_id(lockspace, 1);
        SanlkLockspace.flags(lockspace, SIZES);
        SanlkDisk.path(SanlkLockspace.host_id_disk(lockspace), file);
        return lockspace;
    }

    private MemorySegment resource(String name, int slot, int disks) {
        long bytes = SanlkResource.LAYOUT.byteSize() + disks * SanlkDisk.LAYOUT.byteSize();
        MemorySegment resource = memory.allocate(bytes, 8).fill((byte) 0);
        SanlkResource.num_disks(resource, disks);
        SanlkResource.lockspace_name(resource, "LS");
        SanlkResource.name(resource, name);
        SanlkResource.flags(resource, SIZES);
        SanlkDisk.path(SanlkResource.disks(resource, 0), file);
        SanlkDisk.offset(SanlkResource.disks(resource, 0), (long) slot * MIB);
        return resource;
    }

    private MemorySegment struct(MemoryLayout layout) {
        return memory.allocate(layout).fill((byte) 0);
    }

    private MemorySegment pointers(MemorySegment... structs) {
        MemorySegment array = memory.allocate(ADDRESS, structs.length);
        for (int i = 0; i < structs.length; i++) {
            array.setAtIndex(ADDRESS, i, structs[i]);
        }
        return array;
    }

    private MemorySegment pointer() {
        return struct(ADDRESS);
    }

    private MemorySegment integer() {
        return struct(JAVA_INT);
    }

    private MemorySegment string(String text) {
        return memory.allocateFrom(text);
    }

    /** The text that was allocated for us. */
    private static String taken(MemorySegment pointer) {
        MemorySegment text = pointer.get(ADDRESS, 0);
        String string = ForeignMemory.string(text, 3L * SANLK_MAX_RES_STR);
        ForeignMemory.free(text);
        return string;
    }

    private static void assertOk(int rv) {
        assertThat(rv).as(SanlockReturn.describe(rv)).isNotNegative();
    }
}
