package io.tenure.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.LibSanlockStorage;
import io.tenure.bindings.sanlock.SanlkDisk;
import io.tenure.bindings.sanlock.SanlkRentry;
import io.tenure.bindings.sanlock.SanlkRindex;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * sanlock's own index of resources: names, and where their leases lie.
 *
 * <p>Looking up and formatting work without joining the lockspace; everything else needs it. A call
 * takes milliseconds, {@link #rebuild} one read for each resource that there is room for. The
 * daemon refuses a second operation in the same lockspace (code -EBUSY), and one while another host
 * changes the index; here they wait their turn and try again, at most {@link
 * SanlockTimeouts#storageAnswerSeconds} of the daemon's default io_timeout. Each attempt has the
 * limit of {@link SanlockTimeouts#storageAnswerSeconds} and {@link SanlockTimeouts#acquireSeconds}.
 *
 * <p>Any number of threads may use it.
 */
public final class ResourceIndex {
    private static final Duration PATIENCE =
            Duration.ofSeconds(
                    SanlockTimeouts.storageAnswerSeconds(
                            SanlockTimeouts.DEFAULT_IO_TIMEOUT_SECONDS));

    private final DaemonAccess daemon;
    private final LibSanlockStorage library;
    private final IndexPlace place;

    ResourceIndex(DaemonAccess daemon, IndexPlace place) {
        this.daemon = daemon;
        this.library = daemon.library().storage();
        this.place = place;
    }

    /**
     * Where it lies.
     *
     * @return as given
     */
    public IndexPlace place() {
        return place;
    }

    /**
     * Writes an empty index and its lease, <b>whatever is there</b>. The areas of resources stay as
     * they are; {@link #rebuild} finds them again.
     *
     * @throws SanlockException if it could not be written
     */
    public void format() throws SanlockException {
        inTurn(
                SanlockOperation.INDEX_FORMAT,
                place.toString(),
                Entry.NONE,
                (rx, re) -> library.sanlock_format_rindex(rx, 0));
    }

    /**
     * Finds a resource by its name.
     *
     * @param name its name
     * @return the resource; empty if the index has none of that name
     * @throws SanlockException if the index could not be read, or there is none
     */
    public Optional<Resource> lookup(String name) throws SanlockException {
        AreaGeometry.checkName("the resource name", name);
        return find(new Entry(name, 0)).map(found -> place.resource(name, found.offsetBytes()));
    }

    /**
     * Finds the name that the index has at an offset.
     *
     * @param offsetBytes where a resource's area begins
     * @return its name; empty if that area is free
     * @throws SanlockException if the index could not be read, or there is none
     * @throws IllegalArgumentException if no resource of this index can be there
     */
    public Optional<String> nameAt(long offsetBytes) throws SanlockException {
        place.checkOffset(offsetBytes);
        return find(new Entry("", offsetBytes)).map(Entry::name).filter(name -> !name.isEmpty());
    }

    /**
     * The first area that is free, which {@link #create} would take.
     *
     * @return its offset in bytes; empty if the index is full
     * @throws SanlockException if the index could not be read, or there is none
     */
    public OptionalLong firstFreeOffset() throws SanlockException {
        Optional<Entry> free = find(Entry.NONE);
        return free.isEmpty() ? OptionalLong.empty() : OptionalLong.of(free.get().offsetBytes());
    }

    /**
     * Writes a lease into the first area that is free, and enters its name. The daemon would enter
     * one name twice, so it is looked up before and after.
     *
     * @param name a name that the index does not have
     * @return the new resource
     * @throws SanlockException if the index has that name already (code -EEXIST) or is full, if
     *     another host made one of the same name in the same moment, which the message then says
     *     where, or if storage failed
     */
    public Resource create(String name) throws SanlockException {
        AreaGeometry.checkName("the resource name", name);
        SanlockOperation operation = SanlockOperation.INDEX_CREATE;
        String what = "resource \"" + name + "\" in " + place;
        ReentrantLock turn = turn();
        turn.lock();
        try {
            if (lookup(name).isPresent()) {
                throw new SanlockException(operation, what, -Errno.EEXIST, true);
            }
            if (firstFreeOffset().isEmpty()) {
                throw new SanlockException(
                        operation, what, -Errno.ENOENT, SanlockFailure.INDEX_FULL);
            }
            long offsetBytes =
                    inTurn(
                                    operation,
                                    what,
                                    new Entry(name, 0),
                                    (rx, re) -> library.sanlock_create_resource(rx, 0, re, 0, 0))
                            .offsetBytes();
            Resource first =
                    lookup(name)
                            .orElseThrow(() ->
                                    new SanlockException(
                                            operation,
                                            what,
                                            -Errno.ESTALE,
                                            SanlockFailure.INDEX_ENTRY_DIFFERS));
            if (first.offsetBytes() != offsetBytes) {
                throw new SanlockException(
                        operation,
                        what + ", offsets " + first.offsetBytes() + " and " + offsetBytes,
                        -Errno.EEXIST,
                        SanlockFailure.INDEX_DUPLICATE);
            }
            return first;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Takes a resource out of the index and clears its lease. The daemon would do so also while
     * somebody holds it; here the owners are judged first, which does not exclude one who comes in
     * between.
     *
     * @param name a name that the index has
     * @throws SanlockException if the index has no such name, somebody holds the lease, or storage
     *     failed
     */
    public void delete(String name) throws SanlockException {
        AreaGeometry.checkName("the resource name", name);
        SanlockOperation operation = SanlockOperation.INDEX_DELETE;
        String what = "resource \"" + name + "\" of " + place;
        ReentrantLock turn = turn();
        turn.lock();
        try {
            Resource found =
                    lookup(name)
                            .orElseThrow(() ->
                                    new SanlockException(
                                            operation,
                                            what,
                                            -Errno.ENOENT,
                                            SanlockFailure.INDEX_NO_ENTRY));
            refuseHeld(operation, what, found);
            inTurn(
                    operation,
                    what,
                    new Entry(name, 0),
                    (rx, re) -> library.sanlock_delete_resource(rx, 0, re));
        } finally {
            turn.unlock();
        }
    }

    /**
     * Enters a name for an area, whose lease is not touched. To mend an index: the daemon does
     * <b>not</b> take the index's lease for this, so no other host may change it meanwhile.
     *
     * @param name a name that the index does not have
     * @param offsetBytes where the resource's area begins, with no name in the index
     * @return the resource
     * @throws SanlockException if the index has that name, or another at that offset, or storage
     *     failed
     * @throws IllegalArgumentException if no resource of this index can be there
     */
    public Resource enter(String name, long offsetBytes) throws SanlockException {
        Resource resource = place.resource(name, offsetBytes);
        SanlockOperation operation = SanlockOperation.INDEX_UPDATE;
        String what = "entry \"" + name + "\" for offset " + offsetBytes + " in " + place;
        ReentrantLock turn = turn();
        turn.lock();
        try {
            if (lookup(name).isPresent() || nameAt(offsetBytes).isPresent()) {
                throw new SanlockException(
                        operation, what, -Errno.EEXIST, SanlockFailure.INDEX_ENTRY_EXISTS);
            }
            update(what, new Entry(name, offsetBytes), SanlockConstants.SANLK_RXUP_ADD);
            return resource;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Takes the entry of an area out of the index; its lease is not touched. To mend an index, as
     * {@link #enter}.
     *
     * @param offsetBytes where the resource's area begins
     * @throws SanlockException if storage failed
     * @throws IllegalArgumentException if no resource of this index can be there
     */
    public void removeEntry(long offsetBytes) throws SanlockException {
        place.checkOffset(offsetBytes);
        update(
                "the entry of offset " + offsetBytes + " in " + place,
                new Entry("", offsetBytes),
                SanlockConstants.SANLK_RXUP_REM);
    }

    /**
     * Makes the index anew from the leases that are found. Reads each area that there is room for,
     * up to the end of the file or device; names entered without a lease are gone.
     *
     * @throws SanlockException if there is no index, or storage failed
     */
    public void rebuild() throws SanlockException {
        inTurn(
                SanlockOperation.INDEX_REBUILD,
                place.toString(),
                Entry.NONE,
                (rx, re) -> library.sanlock_rebuild_rindex(rx, 0));
    }

    /** An entry as it goes to the daemon, or comes from it. */
    private record Entry(String name, long offsetBytes) {
        static final Entry NONE = new Entry("", 0);
    }

    /** One function of the library. */
    private interface IndexCall {
        int ask(MemorySegment index, MemorySegment entry);
    }

    /** Without the lockspace's turn in the daemon: nobody is in the way then. */
    private Optional<Entry> find(Entry wanted) throws SanlockException {
        SanlockOperation operation = SanlockOperation.INDEX_LOOKUP;
        String what = place + ": " + wanted;
        return daemon.onStorage(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment entry = struct(arena, wanted);
                        int rv =
                                library.sanlock_lookup_rindex(
                                        struct(arena),
                                        SanlockConstants.SANLK_RX_NO_LOCKSPACE,
                                        entry);
                        if (rv == -Errno.ENOENT && daemon.answers() && hasIndex(arena)) {
                            return Optional.empty();
                        }
                        daemon.check(rv, operation, what);
                        return Optional.of(entry(entry));
                    }
                });
    }

    /** Tells a missing entry from a missing file: an offset is looked up in any index. */
    private boolean hasIndex(Arena arena) {
        MemorySegment any =
                struct(arena, new Entry("", place.offsetBytes() + 2L * place.alignBytes()));
        return library.sanlock_lookup_rindex(
                        struct(arena), SanlockConstants.SANLK_RX_NO_LOCKSPACE, any)
                >= 0;
    }

    private void update(String what, Entry entry, int flags) throws SanlockException {
        inTurn(
                SanlockOperation.INDEX_UPDATE,
                what,
                entry,
                (rx, re) -> library.sanlock_update_rindex(rx, flags, re));
    }

    private void refuseHeld(SanlockOperation operation, String what, Resource resource)
            throws SanlockException {
        try {
            if (new ResourceCalls(daemon).judge(resource).preventAcquire()) {
                throw new SanlockException(
                        operation, what, -Errno.EBUSY, SanlockFailure.INDEX_LEASE_HELD);
            }
        } catch (SanlockException e) {
            if (!e.isNoLease()) {
                throw e;
            }
        }
    }

    private ReentrantLock turn() {
        return daemon.state().indexTurn(place.lockspace());
    }

    private Entry inTurn(SanlockOperation operation, String what, Entry entry, IndexCall call)
            throws SanlockException {
        Polling polling = Polling.within(PATIENCE);
        ReentrantLock turn = turn();
        turn.lock();
        try {
            while (true) {
                try {
                    return daemon.competing(
                            operation, what, () -> asked(operation, what, entry, call));
                } catch (SanlockException e) {
                    if (!e.isTemporary() || !polling.pause()) {
                        throw e;
                    }
                }
            }
        } finally {
            turn.unlock();
        }
    }

    private Entry asked(SanlockOperation operation, String what, Entry entry, IndexCall call)
            throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = struct(arena, entry);
            daemon.check(call.ask(struct(arena), struct), operation, what);
            return entry(struct);
        }
    }

    private MemorySegment struct(Arena arena) {
        MemorySegment struct = arena.allocate(SanlkRindex.LAYOUT);
        SanlkRindex.flags(struct, AreaGeometry.flags(place.sectorBytes(), place.alignBytes()));
        SanlkRindex.max_resources(struct, place.maxResources());
        SanlkRindex.lockspace_name(struct, place.lockspace());
        MemorySegment disk = SanlkRindex.disk(struct);
        SanlkDisk.path(disk, place.path());
        SanlkDisk.offset(disk, place.offsetBytes());
        return struct;
    }

    private static MemorySegment struct(Arena arena, Entry entry) {
        MemorySegment struct = arena.allocate(SanlkRentry.LAYOUT);
        SanlkRentry.name(struct, entry.name());
        SanlkRentry.offset(struct, entry.offsetBytes());
        return struct;
    }

    private static Entry entry(MemorySegment struct) {
        return new Entry(SanlkRentry.name(struct), SanlkRentry.offset(struct));
    }
}
