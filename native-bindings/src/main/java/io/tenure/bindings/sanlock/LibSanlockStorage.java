package io.tenure.bindings.sanlock;

import io.tenure.bindings.internal.Downcalls;
import io.tenure.bindings.internal.NativeLibrary;
import java.lang.foreign.MemorySegment;

/**
 * The functions of {@code sanlock_admin.h} that format and read areas on storage, and keep the
 * resource index, with their C names.
 *
 * <p>The daemon does the reading and writing, in one of its eight workers, but for {@code
 * sanlock_test_resource_owners}. Each call opens a connection of its own, so any number of threads
 * may call. They return what C returns, see {@link SanlockReturn}, and have no time limit. Obtained
 * from {@link LibSanlock#storage}.
 */
@SuppressWarnings("MemberName") // C names
public final class LibSanlockStorage {
    private final LazyFunction align;
    private final LazyFunction init;
    private final LazyFunction write_lockspace;
    private final LazyFunction read_lockspace;
    private final LazyFunction write_resource;
    private final LazyFunction read_resource;
    private final LazyFunction read_resource_owners;
    private final LazyFunction test_resource_owners;
    private final LazyFunction format_rindex;
    private final LazyFunction update_rindex;
    private final LazyFunction lookup_rindex;
    private final LazyFunction rebuild_rindex;
    private final LazyFunction create_resource;
    private final LazyFunction delete_resource;

    LibSanlockStorage(NativeLibrary library) {
        align = new LazyFunction(library, SanlockFunctions.ALIGN);
        init = new LazyFunction(library, SanlockFunctions.INIT);
        write_lockspace = new LazyFunction(library, SanlockFunctions.WRITE_LOCKSPACE);
        read_lockspace = new LazyFunction(library, SanlockFunctions.READ_LOCKSPACE);
        write_resource = new LazyFunction(library, SanlockFunctions.WRITE_RESOURCE);
        read_resource = new LazyFunction(library, SanlockFunctions.READ_RESOURCE);
        read_resource_owners = new LazyFunction(library, SanlockFunctions.READ_RESOURCE_OWNERS);
        test_resource_owners = new LazyFunction(library, SanlockFunctions.TEST_RESOURCE_OWNERS);
        format_rindex = new LazyFunction(library, SanlockFunctions.FORMAT_RINDEX);
        update_rindex = new LazyFunction(library, SanlockFunctions.UPDATE_RINDEX);
        lookup_rindex = new LazyFunction(library, SanlockFunctions.LOOKUP_RINDEX);
        rebuild_rindex = new LazyFunction(library, SanlockFunctions.REBUILD_RINDEX);
        create_resource = new LazyFunction(library, SanlockFunctions.CREATE_RESOURCE);
        delete_resource = new LazyFunction(library, SanlockFunctions.DELETE_RESOURCE);
    }

    /**
     * The area size that the daemon takes for a file or device when none is given.
     *
     * @param disk {@link SanlkDisk}
     * @return bytes, or a negative code
     */
    public int sanlock_align(MemorySegment disk) {
        try {
            return (int) align.handle().invokeExact(disk);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Formats a lockspace or a resource area: the old name of both, always with io_timeout 10.
     *
     * @param ls {@link SanlkLockspace}, or NULL
     * @param res {@link SanlkResource}, or NULL if {@code ls} is not
     * @param maxHosts 0
     * @param numHosts 0
     * @return 0, or a negative code
     */
    public int sanlock_init(MemorySegment ls, MemorySegment res, int maxHosts, int numHosts) {
        try {
            return (int) init.handle().invokeExact(ls, res, maxHosts, numHosts);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Formats a lockspace area.
     *
     * @param ls {@link SanlkLockspace}
     * @param maxHosts ignored: 0
     * @param flags 0
     * @param ioTimeout seconds; 0 for 10
     * @return 0, or a negative code
     */
    public int sanlock_write_lockspace(MemorySegment ls, int maxHosts, int flags, int ioTimeout) {
        try {
            return (int) write_lockspace.handle().invokeExact(ls, maxHosts, flags, ioTimeout);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Reads one host id's record.
     *
     * @param ls {@link SanlkLockspace}, filled from storage
     * @param flags 0
     * @param ioTimeout receives a u32
     * @return 0, or a negative code
     */
    public int sanlock_read_lockspace(MemorySegment ls, int flags, MemorySegment ioTimeout) {
        try {
            return (int) read_lockspace.handle().invokeExact(ls, flags, ioTimeout);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Formats a resource area, also one whose lease is held.
     *
     * @param res {@link SanlkResource}
     * @param maxHosts ignored: 0
     * @param numHosts 0 for all
     * @param flags SANLK_WRITE_
     * @return 0, or a negative code
     */
    public int sanlock_write_resource(MemorySegment res, int maxHosts, int numHosts, int flags) {
        try {
            return (int) write_resource.handle().invokeExact(res, maxHosts, numHosts, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Reads a leader record.
     *
     * @param res {@link SanlkResource}, filled from storage
     * @param flags 0
     * @return 0, or a negative code
     */
    public int sanlock_read_resource(MemorySegment res, int flags) {
        try {
            return (int) read_resource.handle().invokeExact(res, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Reads who holds a lease.
     *
     * @param res {@link SanlkResource}, filled from storage
     * @param flags 0
     * @param hss receives a malloc'ed array of {@link SanlkHost}, also one of none, or is left
     *     alone; the caller sets it to NULL first and frees it
     * @param hssCount receives an int
     * @return 0, or a negative code
     */
    public int sanlock_read_resource_owners(
            MemorySegment res, int flags, MemorySegment hss, MemorySegment hssCount) {
        try {
            return (int) read_resource_owners.handle().invokeExact(res, flags, hss, hssCount);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Whether owners would keep a lease from being acquired. Computes only, asks nobody.
     *
     * @param res {@link SanlkResource}
     * @param flags 0
     * @param owners array of {@link SanlkHost} from {@code sanlock_read_resource_owners}
     * @param ownersCount how many
     * @param hosts array of {@link SanlkHost} from {@code sanlock_get_hosts}
     * @param hostsCount how many
     * @param testFlags receives a u32, SANLK_TRF_
     * @return 0, or a negative code
     */
    public int sanlock_test_resource_owners(
            MemorySegment res,
            int flags,
            MemorySegment owners,
            int ownersCount,
            MemorySegment hosts,
            int hostsCount,
            MemorySegment testFlags) {
        try {
            return (int)
                    test_resource_owners
                            .handle()
                            .invokeExact(
                                    res, flags, owners, ownersCount, hosts, hostsCount, testFlags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Formats a resource index and the lease that protects it, which lies one area further on.
     *
     * @param rx {@link SanlkRindex}
     * @param flags SANLK_RX_
     * @return 0, or a negative code
     */
    public int sanlock_format_rindex(MemorySegment rx, int flags) {
        try {
            return (int) format_rindex.handle().invokeExact(rx, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Adds an entry to a resource index or removes one, without touching the resource.
     *
     * @param rx {@link SanlkRindex}
     * @param flags SANLK_RXUP_, SANLK_RX_
     * @param re {@link SanlkRentry} with name and offset to add, with offset to remove
     * @return 0, or a negative code
     */
    public int sanlock_update_rindex(MemorySegment rx, int flags, MemorySegment re) {
        try {
            return (int) update_rindex.handle().invokeExact(rx, flags, re);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Finds an entry by its name, by its offset, or the first free place if neither is given.
     *
     * @param rx {@link SanlkRindex}
     * @param flags SANLK_RX_
     * @param re {@link SanlkRentry}, completed from storage
     * @return 0, or a negative code; -ENOENT when there is none
     */
    public int sanlock_lookup_rindex(MemorySegment rx, int flags, MemorySegment re) {
        try {
            return (int) lookup_rindex.handle().invokeExact(rx, flags, re);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Writes a resource index anew from the resources that are found behind it.
     *
     * @param rx {@link SanlkRindex}
     * @param flags SANLK_RX_
     * @return 0, or a negative code
     */
    public int sanlock_rebuild_rindex(MemorySegment rx, int flags) {
        try {
            return (int) rebuild_rindex.handle().invokeExact(rx, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Formats a resource at the first free place of an index and enters it. Does not notice that
     * the name is there already.
     *
     * @param rx {@link SanlkRindex}
     * @param flags SANLK_RX_
     * @param re {@link SanlkRentry} with the name; receives the offset and loses the name
     * @param maxHosts 0
     * @param numHosts 0 for all
     * @return 0, or a negative code
     */
    public int sanlock_create_resource(
            MemorySegment rx, int flags, MemorySegment re, int maxHosts, int numHosts) {
        try {
            return (int) create_resource.handle().invokeExact(rx, flags, re, maxHosts, numHosts);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Removes a resource from an index and clears its area.
     *
     * @param rx {@link SanlkRindex}
     * @param flags SANLK_RX_
     * @param re {@link SanlkRentry} with the name
     * @return 0, or a negative code
     */
    public int sanlock_delete_resource(MemorySegment rx, int flags, MemorySegment re) {
        try {
            return (int) delete_resource.handle().invokeExact(rx, flags, re);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
