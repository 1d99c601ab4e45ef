package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.sanlock.LibSanlockStorage;
import io.tenure.bindings.sanlock.SanlkDisk;
import io.tenure.bindings.sanlock.SanlkHost;
import io.tenure.bindings.sanlock.SanlkLockspace;
import io.tenure.bindings.sanlock.SanlkResource;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What {@link Sanlock} asks of a daemon about resources; as {@link AdminCalls}. */
final class ResourceCalls {
    private final DaemonAccess daemon;
    private final LibSanlockStorage library;

    ResourceCalls(DaemonAccess daemon) {
        this.daemon = daemon;
        this.library = daemon.library().storage();
    }

    void write(Resource resource, int flags, SanlockOperation operation) throws SanlockException {
        String what = resource.toString();
        daemon.onStorage(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment struct = Structs.resource(arena, resource);
                        return daemon.check(
                                library.sanlock_write_resource(struct, 0, 0, flags),
                                operation,
                                what);
                    }
                });
    }

    ResourceInfo read(Resource resource) throws SanlockException {
        SanlockOperation operation = SanlockOperation.READ_RESOURCE;
        String what = resource.toString();
        return daemon.onStorage(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment struct = Structs.resource(arena, resource);
                        daemon.check(library.sanlock_read_resource(struct, 0), operation, what);
                        int flags = SanlkResource.flags(struct);
                        return new ResourceInfo(
                                SanlkResource.lockspace_name(struct),
                                SanlkResource.name(struct),
                                SanlkResource.lver(struct),
                                AreaGeometry.sectorBytes(flags),
                                AreaGeometry.alignBytes(flags));
                    }
                });
    }

    List<Owner> owners(Resource resource) throws SanlockException {
        SanlockOperation operation = SanlockOperation.READ_OWNERS;
        return daemon.onStorage(
                operation,
                resource.toString(),
                () ->
                        withOwners(
                                operation,
                                resource,
                                (arena, struct, owners, count) -> owners(struct, owners, count)));
    }

    /** Reads the owners, then what this host knows of the hosts, and lets the library judge. */
    OwnersVerdict judge(Resource resource) throws SanlockException {
        SanlockOperation operation = SanlockOperation.TEST_OWNERS;
        return daemon.onStorage(
                operation,
                resource.toString(),
                () ->
                        withOwners(
                                operation,
                                resource,
                                (arena, struct, owners, count) ->
                                        judge(arena, resource, struct, owners, count)));
    }

    void request(Resource resource, long lver, int flags, RequestMode mode)
            throws SanlockException {
        SanlockOperation operation = SanlockOperation.REQUEST;
        String what = resource.toString();
        daemon.onStorage(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment struct = Structs.resource(arena, resource);
                        if (lver != 0) {
                            SanlkResource.lver(struct, lver);
                            SanlkResource.flags(
                                    struct,
                                    SanlkResource.flags(struct) | SanlockConstants.SANLK_RES_LVER);
                        }
                        int rv =
                                daemon.library()
                                        .resource()
                                        .sanlock_request(flags, mode.nativeMode(), struct);
                        return daemon.check(rv, operation, what);
                    }
                });
    }

    void examine(Resource resource) throws SanlockException {
        daemon.onStorage(
                SanlockOperation.EXAMINE,
                resource.toString(),
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment struct = Structs.resource(arena, resource);
                        return examine(MemorySegment.NULL, struct, resource.toString());
                    }
                });
    }

    void examine(String lockspaceName) throws SanlockException {
        AreaGeometry.checkName("the lockspace name", lockspaceName);
        String what = AdminCalls.lockspace(lockspaceName);
        daemon.onStorage(
                SanlockOperation.EXAMINE,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment struct = arena.allocate(SanlkLockspace.LAYOUT);
                        SanlkLockspace.name(struct, lockspaceName);
                        // Without a path the library sends the resource, or NULL; the daemon looks
                        // at the name.
                        SanlkDisk.path(SanlkLockspace.host_id_disk(struct), "/");
                        return examine(struct, MemorySegment.NULL, what);
                    }
                });
    }

    private int examine(MemorySegment lockspace, MemorySegment resource, String what)
            throws SanlockException {
        return daemon.check(
                daemon.library().resource().sanlock_examine(0, lockspace, resource),
                SanlockOperation.EXAMINE,
                what);
    }

    /** What is done with the owners while the library's memory is there. */
    private interface OwnersReader<T> {
        T read(Arena arena, MemorySegment resource, MemorySegment owners, int count)
                throws SanlockException;
    }

    private <T> T withOwners(SanlockOperation operation, Resource resource, OwnersReader<T> reader)
            throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.resource(arena, resource);
            MemorySegment array = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_INT);
            int rv = library.sanlock_read_resource_owners(struct, 0, array, count);
            if (rv == -Errno.EINVAL) {
                // So it says of an area that was never written; reading the leader tells what is
                // wrong.
                MemorySegment again = Structs.resource(arena, resource);
                int leader = library.sanlock_read_resource(again, 0);
                rv = leader < 0 ? leader : rv;
            }
            MemorySegment pointer = array.get(ADDRESS, 0);
            try {
                daemon.check(rv, operation, resource.toString());
                return reader.read(arena, struct, pointer, count.get(JAVA_INT, 0));
            } finally {
                ForeignMemory.free(pointer);
            }
        }
    }

    private static List<Owner> owners(MemorySegment resource, MemorySegment owners, int count) {
        LeaseMode mode = Structs.mode(resource);
        long lver = SanlkResource.lver(resource);
        return Structs.list(
                owners, count, SanlkHost.LAYOUT, host -> Structs.owner(host, mode, lver));
    }

    private OwnersVerdict judge(
            Arena arena, Resource resource, MemorySegment struct, MemorySegment owners, int count)
            throws SanlockException {
        SanlockOperation operation = SanlockOperation.TEST_OWNERS;
        String what = resource.toString();
        MemorySegment array = arena.allocate(ADDRESS);
        MemorySegment hostCount = arena.allocate(JAVA_INT);
        int rv =
                daemon.library()
                        .admin()
                        .sanlock_get_hosts(
                                Structs.string(arena, resource.lockspace()),
                                0,
                                array,
                                hostCount,
                                0);
        MemorySegment hosts = array.get(ADDRESS, 0);
        try {
            daemon.check(rv, operation, what);
            MemorySegment flags = arena.allocate(JAVA_INT);
            int tested =
                    library.sanlock_test_resource_owners(
                            struct, 0, owners, count, hosts, hostCount.get(JAVA_INT, 0), flags);
            daemon.check(tested, operation, what);
            return OwnersVerdict.of(
                    owners(struct, owners, count),
                    Structs.list(
                            hosts,
                            hostCount.get(JAVA_INT, 0),
                            SanlkHost.LAYOUT,
                            Structs::hostStatus),
                    (flags.get(JAVA_INT, 0) & SanlockConstants.SANLK_TRF_FAIL) != 0);
        } finally {
            ForeignMemory.free(hosts);
        }
    }
}
