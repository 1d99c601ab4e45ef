package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.SanlkResource;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Lock value blocks: one sector of data in a lease's area, that goes with the lease from holder to
 * holder.
 *
 * <p>The daemon reads it when the lease is acquired with it, keeps it in memory, and writes it when
 * the lease is released. <b>What was set is lost</b> when the holder's process or the daemon dies
 * before that, and nothing tells whether reading or writing it failed. So it is no place for a
 * record of what became of a job.
 *
 * <p>It lies 2002 sectors into the area. With sectors of 4096 bytes that is inside areas of 8 MiB
 * only; in smaller ones it would be in <b>another resource's area</b> and destroy it. Such are
 * refused, by the sizes given and by those found on storage.
 *
 * <p>Threads are as for the {@link Registration} that this belongs to.
 */
public final class LockValues {
    private static final int LARGE_SECTOR_BYTES = 4096;
    private static final int LARGE_ALIGN_BYTES = 8 << 20;

    private final RegisteredCalls calls;
    private final DaemonAccess daemon;

    LockValues(RegisteredCalls calls, DaemonAccess daemon) {
        this.calls = calls;
        this.daemon = daemon;
    }

    /**
     * Acquires a lease with its value block. As {@link Registration#acquire}, and two transfers
     * more.
     *
     * @param claim the resource, and how it is wanted
     * @param ownerName as for {@link Registration#acquire}
     * @throws SanlockException if it could not be acquired
     * @throws IllegalArgumentException if its area has no room for a value block
     */
    public void acquire(LeaseClaim claim, String ownerName) throws SanlockException {
        Resource resource = claim.resource();
        AreaGeometry.checkLength("the owner name", ownerName, 0);
        checkRoom(resource, resource.sectorBytes(), resource.alignBytes());
        checkRoomOnStorage(resource);
        calls.call(
                SanlockOperation.ACQUIRE,
                resource + " with its value",
                (arena, functions, descriptor) ->
                        functions.sanlock_acquire(
                                descriptor,
                                -1,
                                SanlockConstants.SANLK_ACQUIRE_LVB
                                        | SanlockConstants.SANLK_ACQUIRE_OWNER_NOWAIT,
                                1,
                                Structs.pointers(arena, List.of(Structs.claim(arena, claim))),
                                Structs.options(arena, ownerName)));
    }

    /**
     * Sets the value. It reaches storage when the lease is released.
     *
     * @param resource what this registration holds exclusively, acquired with its value block
     * @param value 1 byte to a sector; the rest of the sector becomes zeroes
     * @throws SanlockException if it is not held so, or the daemon does not answer
     * @throws IllegalArgumentException if the value is empty or longer than a sector, or the area
     *     has no room for it
     */
    public void set(Resource resource, byte[] value) throws SanlockException {
        checkRoom(resource, resource.sectorBytes(), resource.alignBytes());
        if (value.length < 1 || value.length > resource.sectorBytes()) {
            throw new IllegalArgumentException(
                    "a value has 1 to "
                            + resource.sectorBytes()
                            + " bytes, not "
                            + value.length
                            + ": "
                            + resource);
        }
        checkHeld(SanlockOperation.SET_VALUE, resource, true);
        ask(
                SanlockOperation.SET_VALUE,
                resource,
                (struct, buffer) -> {
                    MemorySegment.copy(value, 0, buffer, JAVA_BYTE, 0, value.length);
                    return daemon.library()
                            .resource()
                            .sanlock_set_lvb(0, struct, buffer, (int) buffer.byteSize());
                });
    }

    /**
     * Gets the value: what was set since the lease was acquired, or what storage had then.
     *
     * @param resource what this registration holds, acquired with its value block
     * @return a sector; zeroes where nothing was ever set
     * @throws SanlockException if it is not held so, or the daemon does not answer
     * @throws IllegalArgumentException if the area has no room for a value
     */
    public byte[] get(Resource resource) throws SanlockException {
        checkRoom(resource, resource.sectorBytes(), resource.alignBytes());
        checkHeld(SanlockOperation.GET_VALUE, resource, false);
        return ask(
                SanlockOperation.GET_VALUE,
                resource,
                (struct, buffer) ->
                        daemon.library()
                                .resource()
                                .sanlock_get_lvb(0, struct, buffer, (int) buffer.byteSize()));
    }

    /** The daemon would do it for any holder on this host. */
    private void checkHeld(SanlockOperation operation, Resource resource, boolean exclusively)
            throws SanlockException {
        for (HeldLease lease : calls.inquire()) {
            if (lease.lockspace().equals(resource.lockspace())
                    && lease.name().equals(resource.name())) {
                if (exclusively && lease.mode() != LeaseMode.EXCLUSIVE) {
                    throw new IllegalStateException(
                            "held shared, where holders would overwrite each other: " + resource);
                }
                return;
            }
        }
        throw new SanlockException(operation, resource.toString(), -Errno.ENOENT, true);
    }

    private void checkRoomOnStorage(Resource resource) throws SanlockException {
        SanlockOperation operation = SanlockOperation.READ_RESOURCE;
        String what = resource.toString();
        int flags =
                daemon.onStorage(
                        operation,
                        what,
                        () -> {
                            try (Arena arena = Arena.ofConfined()) {
                                MemorySegment struct = Structs.resource(arena, resource);
                                int rv =
                                        daemon.library().storage().sanlock_read_resource(struct, 0);
                                daemon.check(rv, operation, what);
                                return SanlkResource.flags(struct);
                            }
                        });
        checkRoom(resource, AreaGeometry.sectorBytes(flags), AreaGeometry.alignBytes(flags));
    }

    /** With a connection of its own, as the library has it, and a sector of zeroes. */
    private byte[] ask(SanlockOperation operation, Resource resource, ValueCall call)
            throws SanlockException {
        String what = resource.toString();
        return daemon.onStorage(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment buffer = arena.allocate(resource.sectorBytes());
                        int rv = call.run(Structs.resource(arena, resource), buffer);
                        daemon.check(rv, operation, what);
                        return buffer.toArray(JAVA_BYTE);
                    }
                });
    }

    private static void checkRoom(Resource resource, int sectorBytes, int alignBytes) {
        if (sectorBytes == LARGE_SECTOR_BYTES && alignBytes < LARGE_ALIGN_BYTES) {
            throw new IllegalArgumentException(
                    "with sectors of "
                            + sectorBytes
                            + " bytes a value needs areas of 8 MiB: in areas of "
                            + (alignBytes >> 20)
                            + " MiB sanlock would write it over another resource: "
                            + resource);
        }
    }

    /** A function of the library. */
    private interface ValueCall {
        int run(MemorySegment struct, MemorySegment buffer);
    }
}
