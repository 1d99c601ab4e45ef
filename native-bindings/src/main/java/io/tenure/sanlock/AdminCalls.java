package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.sanlock.LibSanlockAdmin;
import io.tenure.bindings.sanlock.SanlkDisk;
import io.tenure.bindings.sanlock.SanlkHost;
import io.tenure.bindings.sanlock.SanlkLockspace;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/**
 * What {@link Sanlock} asks of a daemon about itself, its lockspaces and hosts, as calls of the
 * library: records to structs, codes to exceptions, all with a limit.
 */
final class AdminCalls {
    private final DaemonAccess daemon;
    private final LibSanlockAdmin library;

    AdminCalls(DaemonAccess daemon) {
        this.daemon = daemon;
        this.library = daemon.library().admin();
    }

    SanlockVersion version() throws SanlockException {
        SanlockOperation operation = SanlockOperation.VERSION;
        String what = "of the daemon";
        return daemon.fromMemory(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment version = arena.allocate(JAVA_INT);
                        MemorySegment protocol = arena.allocate(JAVA_INT);
                        daemon.check(
                                library.sanlock_version(0, version, protocol), operation, what);
                        return SanlockVersion.of(
                                version.get(JAVA_INT, 0), protocol.get(JAVA_INT, 0));
                    }
                });
    }

    /** A descriptor that comes too late is closed. */
    int register() throws SanlockException {
        SanlockOperation operation = SanlockOperation.REGISTER;
        String what = "with the daemon";
        return daemon.fromMemory(
                operation,
                what,
                () -> daemon.check(daemon.library().resource().sanlock_register(), operation, what),
                Libc::close);
    }

    void writeLockspace(Lockspace lockspace, int ioTimeoutSeconds) throws SanlockException {
        AreaGeometry.checkIoTimeout(ioTimeoutSeconds);
        SanlockOperation operation = SanlockOperation.WRITE_LOCKSPACE;
        String what = lockspace.toString();
        daemon.onStorage(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment struct = Structs.lockspace(arena, lockspace);
                        int rv =
                                daemon.library()
                                        .storage()
                                        .sanlock_write_lockspace(struct, 0, 0, ioTimeoutSeconds);
                        return daemon.check(rv, operation, what);
                    }
                });
    }

    LockspaceInfo readLockspace(Lockspace lockspace) throws SanlockException {
        SanlockOperation operation = SanlockOperation.READ_LOCKSPACE;
        String what = lockspace.toString();
        return daemon.onStorage(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment struct = Structs.lockspace(arena, lockspace);
                        MemorySegment ioTimeout = arena.allocate(JAVA_INT);
                        int rv =
                                daemon.library()
                                        .storage()
                                        .sanlock_read_lockspace(struct, 0, ioTimeout);
                        daemon.check(rv, operation, what);
                        int flags = SanlkLockspace.flags(struct);
                        return new LockspaceInfo(
                                SanlkLockspace.name(struct),
                                ioTimeout.get(JAVA_INT, 0),
                                AreaGeometry.sectorBytes(flags),
                                AreaGeometry.alignBytes(flags));
                    }
                });
    }

    int alignBytes(String path) throws SanlockException {
        SanlockOperation operation = SanlockOperation.ALIGN;
        return daemon.onStorage(
                operation,
                path,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment disk = arena.allocate(SanlkDisk.LAYOUT);
                        SanlkDisk.path(disk, path);
                        return daemon.check(
                                daemon.library().storage().sanlock_align(disk), operation, path);
                    }
                });
    }

    void add(Lockspace lockspace, int ioTimeoutSeconds, Duration limit) throws SanlockException {
        SanlockOperation operation = SanlockOperation.ADD_LOCKSPACE;
        daemon.membership(
                operation, lockspace.toString(), limit, () -> add(lockspace, 0, ioTimeoutSeconds));
    }

    void addAsync(Lockspace lockspace, int ioTimeoutSeconds) throws SanlockException {
        daemon.beginMembership(
                SanlockOperation.ADD_LOCKSPACE,
                lockspace.toString(),
                () -> add(lockspace, SanlockConstants.SANLK_ADD_ASYNC, ioTimeoutSeconds),
                () -> inquireHere(lockspace) != LockspaceState.CHANGING);
    }

    LockspaceState inquire(Lockspace lockspace) throws SanlockException {
        return daemon.onStorage(
                SanlockOperation.INQUIRE_LOCKSPACE,
                lockspace.toString(),
                () -> inquireHere(lockspace));
    }

    void remove(Lockspace lockspace, int flags, Duration limit) throws SanlockException {
        refuseUsed(lockspace);
        daemon.membership(
                SanlockOperation.REMOVE_LOCKSPACE,
                lockspace.toString(),
                limit,
                () -> remove(lockspace, flags));
    }

    void removeAsync(Lockspace lockspace, int flags) throws SanlockException {
        refuseUsed(lockspace);
        daemon.beginMembership(
                SanlockOperation.REMOVE_LOCKSPACE,
                lockspace.toString(),
                () -> remove(lockspace, flags | SanlockConstants.SANLK_REM_ASYNC),
                () -> inquireHere(lockspace) != LockspaceState.CHANGING);
    }

    void configure(String lockspaceName, LockspaceUse use) throws SanlockException {
        AreaGeometry.checkName("the lockspace name", lockspaceName);
        SanlockOperation operation = SanlockOperation.CONFIGURE;
        String what = lockspace(lockspaceName);
        daemon.fromMemory(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        int rv =
                                library.sanlock_set_config(
                                        Structs.string(arena, lockspaceName),
                                        0,
                                        use.command(),
                                        MemorySegment.NULL);
                        return daemon.check(rv, operation, what);
                    }
                });
        switch (use) {
            case USED -> daemon.state().usedLockspaces().add(lockspaceName);
            case UNUSED -> daemon.state().usedLockspaces().remove(lockspaceName);
            case USED_BY_ORPHANS, UNUSED_BY_ORPHANS -> {}
        }
    }

    List<LockspaceStatus> lockspaces() throws SanlockException {
        SanlockOperation operation = SanlockOperation.LIST_LOCKSPACES;
        String what = "the lockspaces";
        return daemon.fromMemory(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment array = arena.allocate(ADDRESS);
                        MemorySegment count = arena.allocate(JAVA_INT);
                        int rv = library.sanlock_get_lockspaces(array, count, 0);
                        MemorySegment pointer = array.get(ADDRESS, 0);
                        try {
                            daemon.check(rv, operation, what);
                            return Structs.list(
                                    pointer,
                                    count.get(JAVA_INT, 0),
                                    SanlkLockspace.LAYOUT,
                                    Structs::lockspaceStatus);
                        } finally {
                            ForeignMemory.free(pointer);
                        }
                    }
                });
    }

    /** Host id 0 asks for all that are not free. */
    List<HostStatus> hosts(String lockspaceName, long hostId) throws SanlockException {
        AreaGeometry.checkName("the lockspace name", lockspaceName);
        SanlockOperation operation = SanlockOperation.LIST_HOSTS;
        String what = lockspace(lockspaceName);
        return daemon.fromMemory(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment array = arena.allocate(ADDRESS);
                        MemorySegment count = arena.allocate(JAVA_INT);
                        int rv =
                                library.sanlock_get_hosts(
                                        Structs.string(arena, lockspaceName),
                                        hostId,
                                        array,
                                        count,
                                        0);
                        MemorySegment pointer = array.get(ADDRESS, 0);
                        try {
                            daemon.check(rv, operation, what);
                            return Structs.list(
                                    pointer,
                                    count.get(JAVA_INT, 0),
                                    SanlkHost.LAYOUT,
                                    Structs::hostStatus);
                        } finally {
                            ForeignMemory.free(pointer);
                        }
                    }
                });
    }

    static String lockspace(String name) {
        return "lockspace \"" + name + '"';
    }

    private int add(Lockspace lockspace, int flags, int ioTimeoutSeconds) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            int rv = library.sanlock_add_lockspace_timeout(struct, flags, ioTimeoutSeconds);
            daemon.check(rv, SanlockOperation.ADD_LOCKSPACE, lockspace.toString());
            daemon.state().usedLockspaces().remove(lockspace.name()); // joins without a mark
            daemon.state().leaving().remove(lockspace);
            return rv;
        }
    }

    private int remove(Lockspace lockspace, int flags) throws SanlockException {
        daemon.state().leaving().add(lockspace);
        boolean begun = false;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            int rv =
                    daemon.check(
                            library.sanlock_rem_lockspace(struct, flags),
                            SanlockOperation.REMOVE_LOCKSPACE,
                            lockspace.toString());
            begun = (flags & SanlockConstants.SANLK_REM_ASYNC) != 0;
            return rv;
        } finally {
            if (!begun) {
                daemon.state().leaving().remove(lockspace);
            }
        }
    }

    /** The daemon would begin to leave, and not end before the mark is gone. */
    private void refuseUsed(Lockspace lockspace) throws SanlockException {
        if (daemon.state().usedLockspaces().contains(lockspace.name())) {
            throw new SanlockException(
                    SanlockOperation.REMOVE_LOCKSPACE,
                    lockspace.toString(),
                    -Errno.EBUSY,
                    SanlockFailure.MARKED_AS_USED);
        }
    }

    private LockspaceState inquireHere(Lockspace lockspace) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            int rv = library.sanlock_inq_lockspace(struct, 0);
            if (rv == -Errno.EINPROGRESS) {
                return LockspaceState.CHANGING;
            }
            if (rv == -Errno.ENOENT && daemon.answers()) {
                daemon.state().leaving().remove(lockspace);
                return LockspaceState.ABSENT;
            }
            daemon.check(rv, SanlockOperation.INQUIRE_LOCKSPACE, lockspace.toString());
            return daemon.state().leaving().contains(lockspace)
                    ? LockspaceState.CHANGING
                    : LockspaceState.JOINED;
        }
    }
}
