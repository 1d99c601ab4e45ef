package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.sanlock.LibSanlock;
import io.tenure.bindings.sanlock.SanlkHost;
import io.tenure.bindings.sanlock.SanlkLockspace;
import io.tenure.bindings.sanlock.SanlkResource;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What {@link Sanlock} asks, as calls of the library: records to structs, codes to exceptions. */
final class AdminCalls {
    private final LibSanlock library;

    AdminCalls(LibSanlock library) {
        this.library = library;
    }

    LibSanlock library() {
        return library;
    }

    SanlockVersion version() throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            MemorySegment protocol = arena.allocate(JAVA_INT);
            check(
                    library.admin().sanlock_version(0, version, protocol),
                    SanlockOperation.VERSION,
                    "of the daemon");
            return SanlockVersion.of(version.get(JAVA_INT, 0), protocol.get(JAVA_INT, 0));
        }
    }

    int register() throws SanlockException {
        return check(
                library.resource().sanlock_register(),
                SanlockOperation.REGISTER,
                "with the daemon");
    }

    void writeLockspace(Lockspace lockspace, int ioTimeoutSeconds) throws SanlockException {
        AreaGeometry.checkIoTimeout(ioTimeoutSeconds);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            check(
                    library.storage().sanlock_write_lockspace(struct, 0, 0, ioTimeoutSeconds),
                    SanlockOperation.WRITE_LOCKSPACE,
                    lockspace.toString());
        }
    }

    LockspaceInfo readLockspace(Lockspace lockspace) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            MemorySegment ioTimeout = arena.allocate(JAVA_INT);
            check(
                    library.storage().sanlock_read_lockspace(struct, 0, ioTimeout),
                    SanlockOperation.READ_LOCKSPACE,
                    lockspace.toString());
            int flags = SanlkLockspace.flags(struct);
            return new LockspaceInfo(
                    SanlkLockspace.name(struct),
                    ioTimeout.get(JAVA_INT, 0),
                    AreaGeometry.sectorBytes(flags),
                    AreaGeometry.alignBytes(flags));
        }
    }

    List<LockspaceStatus> lockspaces() throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment array = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_INT);
            int rv = library.admin().sanlock_get_lockspaces(array, count, 0);
            MemorySegment pointer = array.get(ADDRESS, 0);
            try {
                check(rv, SanlockOperation.LIST_LOCKSPACES, "the lockspaces");
                return Structs.list(
                        pointer,
                        count.get(JAVA_INT, 0),
                        SanlkLockspace.LAYOUT,
                        Structs::lockspaceStatus);
            } finally {
                ForeignMemory.free(pointer);
            }
        }
    }

    /** Host id 0 asks for all that are not free. */
    List<HostStatus> hosts(String lockspaceName, long hostId) throws SanlockException {
        AreaGeometry.checkName("the lockspace name", lockspaceName);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment array = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_INT);
            int rv =
                    library.admin()
                            .sanlock_get_hosts(
                                    Structs.string(arena, lockspaceName), hostId, array, count, 0);
            MemorySegment pointer = array.get(ADDRESS, 0);
            try {
                check(rv, SanlockOperation.LIST_HOSTS, "lockspace \"" + lockspaceName + '"');
                return Structs.list(
                        pointer, count.get(JAVA_INT, 0), SanlkHost.LAYOUT, Structs::hostStatus);
            } finally {
                ForeignMemory.free(pointer);
            }
        }
    }

    ResourceInfo readResource(Resource resource) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.resource(arena, resource);
            check(
                    library.storage().sanlock_read_resource(struct, 0),
                    SanlockOperation.READ_RESOURCE,
                    resource.toString());
            int flags = SanlkResource.flags(struct);
            return new ResourceInfo(
                    SanlkResource.lockspace_name(struct),
                    SanlkResource.name(struct),
                    SanlkResource.lver(struct),
                    AreaGeometry.sectorBytes(flags),
                    AreaGeometry.alignBytes(flags));
        }
    }

    List<Owner> owners(Resource resource) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.resource(arena, resource);
            MemorySegment array = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_INT);
            int rv = library.storage().sanlock_read_resource_owners(struct, 0, array, count);
            if (rv == -Errno.EINVAL) {
                // So it says of an area that was never written; reading the leader tells what is
                // wrong.
                MemorySegment again = Structs.resource(arena, resource);
                int leader = library.storage().sanlock_read_resource(again, 0);
                rv = leader < 0 ? leader : rv;
            }
            MemorySegment pointer = array.get(ADDRESS, 0);
            try {
                check(rv, SanlockOperation.READ_OWNERS, resource.toString());
                LeaseMode mode = Structs.mode(struct);
                long lver = SanlkResource.lver(struct);
                return Structs.list(
                        pointer,
                        count.get(JAVA_INT, 0),
                        SanlkHost.LAYOUT,
                        host -> Structs.owner(host, mode, lver));
            } finally {
                ForeignMemory.free(pointer);
            }
        }
    }

    void add(Lockspace lockspace, int flags, int ioTimeoutSeconds) throws SanlockException {
        AreaGeometry.checkIoTimeout(ioTimeoutSeconds);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            check(
                    library.admin().sanlock_add_lockspace_timeout(struct, flags, ioTimeoutSeconds),
                    SanlockOperation.ADD_LOCKSPACE,
                    lockspace.toString());
        }
    }

    LockspaceState inquire(Lockspace lockspace, int flags) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            int rv = library.admin().sanlock_inq_lockspace(struct, flags);
            if (rv == -Errno.EINPROGRESS) {
                return LockspaceState.CHANGING;
            }
            if (rv == -Errno.ENOENT && answers()) {
                return LockspaceState.ABSENT;
            }
            check(rv, SanlockOperation.INQUIRE_LOCKSPACE, lockspace.toString());
            return LockspaceState.JOINED;
        }
    }

    void remove(Lockspace lockspace, int flags) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            check(
                    library.admin().sanlock_rem_lockspace(struct, flags),
                    SanlockOperation.REMOVE_LOCKSPACE,
                    lockspace.toString());
        }
    }

    void write(Resource resource, int flags, SanlockOperation operation) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.resource(arena, resource);
            check(
                    library.storage().sanlock_write_resource(struct, 0, 0, flags),
                    operation,
                    resource.toString());
        }
    }

    void request(Resource resource, long lver, int flags, RequestMode mode)
            throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.resource(arena, resource);
            if (lver != 0) {
                SanlkResource.lver(struct, lver);
                SanlkResource.flags(
                        struct, SanlkResource.flags(struct) | SanlockConstants.SANLK_RES_LVER);
            }
            check(
                    library.resource().sanlock_request(flags, mode.nativeMode(), struct),
                    SanlockOperation.REQUEST,
                    resource.toString());
        }
    }

    private int check(int rv, SanlockOperation operation, String what) throws SanlockException {
        if (rv >= 0) {
            return rv;
        }
        throw new SanlockException(operation, what, rv, isConnected(rv));
    }

    /** Whether a code came from the daemon rather than from the attempt to reach it. */
    private boolean isConnected(int rv) {
        return switch (rv) {
            case -Errno.ECONNREFUSED, -Errno.EPIPE, -Errno.ECONNRESET, -Errno.ENOTCONN -> false;
            case SanlockFailure.HUNG_UP_OR_NOT_HELD, -Errno.ENOENT, -Errno.EACCES -> answers();
            default -> true;
        };
    }

    private boolean answers() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment versions = arena.allocate(JAVA_INT, 2);
            return library.admin().sanlock_version(0, versions, versions.asSlice(4)) >= 0;
        }
    }
}
