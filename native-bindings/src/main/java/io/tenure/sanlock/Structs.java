package io.tenure.sanlock;

import io.tenure.bindings.internal.FixedString;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.sanlock.SanlkDisk;
import io.tenure.bindings.sanlock.SanlkHost;
import io.tenure.bindings.sanlock.SanlkLockspace;
import io.tenure.bindings.sanlock.SanlkOptions;
import io.tenure.bindings.sanlock.SanlkResource;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Records to C structs and back. */
final class Structs {
    /** More than any lockspace has hosts, or any daemon lockspaces: a larger count is garbage. */
    private static final int MAX_ENTRIES = 1 << 16;

    private Structs() {}

    static MemorySegment lockspace(Arena arena, Lockspace lockspace) {
        MemorySegment struct = arena.allocate(SanlkLockspace.LAYOUT);
        SanlkLockspace.name(struct, lockspace.name());
        SanlkLockspace.host_id(struct, lockspace.hostId());
        SanlkLockspace.flags(
                struct, AreaGeometry.flags(lockspace.sectorBytes(), lockspace.alignBytes()));
        MemorySegment disk = SanlkLockspace.host_id_disk(struct);
        SanlkDisk.path(disk, lockspace.path());
        SanlkDisk.offset(disk, lockspace.offsetBytes());
        return struct;
    }

    static MemorySegment resource(Arena arena, Resource resource) {
        MemorySegment struct = SanlkResource.allocate(arena, 1);
        SanlkResource.lockspace_name(struct, resource.lockspace());
        SanlkResource.name(struct, resource.name());
        SanlkResource.flags(
                struct, AreaGeometry.flags(resource.sectorBytes(), resource.alignBytes()));
        MemorySegment disk = SanlkResource.disks(struct, 0);
        SanlkDisk.path(disk, resource.path());
        SanlkDisk.offset(disk, resource.offsetBytes());
        return struct;
    }

    static MemorySegment claim(Arena arena, LeaseClaim claim) {
        MemorySegment struct = resource(arena, claim.resource());
        int flags = SanlkResource.flags(struct);
        if (claim.mode() == LeaseMode.SHARED) {
            flags |= SanlockConstants.SANLK_RES_SHARED;
        }
        if (claim.isPersistent()) {
            flags |= SanlockConstants.SANLK_RES_PERSISTENT;
        }
        if (claim.requiredLver() != LeaseClaim.ANY_LVER) {
            flags |= SanlockConstants.SANLK_RES_LVER;
            SanlkResource.lver(struct, claim.requiredLver());
        }
        SanlkResource.flags(struct, flags);
        return struct;
    }

    /** The array of pointers that acquire and release take. */
    static MemorySegment pointers(SegmentAllocator allocator, List<MemorySegment> structs) {
        MemorySegment array = allocator.allocate(ValueLayout.ADDRESS, structs.size());
        for (int i = 0; i < structs.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, structs.get(i));
        }
        return array;
    }

    /** NULL for an empty name. */
    static MemorySegment options(Arena arena, String ownerName) {
        if (ownerName.isEmpty()) {
            return MemorySegment.NULL;
        }
        MemorySegment struct = arena.allocate(SanlkOptions.LAYOUT);
        SanlkOptions.owner_name(struct, ownerName);
        return struct;
    }

    static MemorySegment string(Arena arena, String text) {
        byte[] bytes = FixedString.encode(text);
        MemorySegment string = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, string, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return string;
    }

    /** Reads an array that the library allocated. */
    static <T> List<T> list(
            MemorySegment pointer,
            int count,
            MemoryLayout layout,
            Function<MemorySegment, T> read) {
        if (count < 0 || count > MAX_ENTRIES) {
            throw new IllegalStateException("the sanlock library answered with count " + count);
        }
        if (count == 0) {
            return List.of();
        }
        if (pointer.address() == 0) {
            throw new OutOfMemoryError("malloc in the sanlock library");
        }
        MemorySegment array = ForeignMemory.view(pointer, count * layout.byteSize());
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(read.apply(array.asSlice(i * layout.byteSize(), layout)));
        }
        return List.copyOf(list);
    }

    static HostStatus hostStatus(MemorySegment host) {
        return new HostStatus(
                SanlkHost.host_id(host),
                SanlkHost.generation(host),
                SanlkHost.timestamp(host),
                SanlkHost.io_timeout(host),
                HostState.ofFlags(SanlkHost.flags(host)));
    }

    static LeaseMode mode(MemorySegment resource) {
        boolean shared = (SanlkResource.flags(resource) & SanlockConstants.SANLK_RES_SHARED) != 0;
        return shared ? LeaseMode.SHARED : LeaseMode.EXCLUSIVE;
    }

    static Owner owner(MemorySegment host, LeaseMode mode, long lver) {
        return new Owner(
                SanlkHost.host_id(host),
                SanlkHost.generation(host),
                SanlkHost.timestamp(host),
                mode,
                lver);
    }

    static LockspaceStatus lockspaceStatus(MemorySegment lockspace) {
        int changing = SanlockConstants.SANLK_LSF_ADD | SanlockConstants.SANLK_LSF_REM;
        MemorySegment disk = SanlkLockspace.host_id_disk(lockspace);
        return new LockspaceStatus(
                SanlkLockspace.name(lockspace),
                SanlkLockspace.host_id(lockspace),
                SanlkDisk.path(disk),
                SanlkDisk.offset(disk),
                (SanlkLockspace.flags(lockspace) & changing) != 0
                        ? LockspaceState.CHANGING
                        : LockspaceState.JOINED);
    }
}
