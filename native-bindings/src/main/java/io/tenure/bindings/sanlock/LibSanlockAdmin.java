package io.tenure.bindings.sanlock;

import io.tenure.bindings.internal.Downcalls;
import io.tenure.bindings.internal.NativeLibrary;
import java.lang.foreign.MemorySegment;

/**
 * The functions of {@code sanlock_admin.h} that concern the daemon, its lockspaces, hosts and
 * events, with their C names.
 *
 * <p>Each opens a connection of its own, so any number of threads may call; but those that take the
 * connection of {@code sanlock_reg_event}. They return what C returns, see {@link SanlockReturn},
 * and have no time limit. Obtained from {@link LibSanlock#admin}.
 */
@SuppressWarnings("MemberName") // C names
public final class LibSanlockAdmin {
    private final LazyFunction version;
    private final LazyFunction add_lockspace;
    private final LazyFunction add_lockspace_timeout;
    private final LazyFunction inq_lockspace;
    private final LazyFunction rem_lockspace;
    private final LazyFunction get_lockspaces;
    private final LazyFunction get_hosts;
    private final LazyFunction set_config;
    private final LazyFunction reg_event;
    private final LazyFunction end_event;
    private final LazyFunction set_event;
    private final LazyFunction get_event;

    LibSanlockAdmin(NativeLibrary library) {
        version = new LazyFunction(library, SanlockFunctions.VERSION);
        add_lockspace = new LazyFunction(library, SanlockFunctions.ADD_LOCKSPACE);
        add_lockspace_timeout = new LazyFunction(library, SanlockFunctions.ADD_LOCKSPACE_TIMEOUT);
        inq_lockspace = new LazyFunction(library, SanlockFunctions.INQ_LOCKSPACE);
        rem_lockspace = new LazyFunction(library, SanlockFunctions.REM_LOCKSPACE);
        get_lockspaces = new LazyFunction(library, SanlockFunctions.GET_LOCKSPACES);
        get_hosts = new LazyFunction(library, SanlockFunctions.GET_HOSTS);
        set_config = new LazyFunction(library, SanlockFunctions.SET_CONFIG);
        reg_event = new LazyFunction(library, SanlockFunctions.REG_EVENT);
        end_event = new LazyFunction(library, SanlockFunctions.END_EVENT);
        set_event = new LazyFunction(library, SanlockFunctions.SET_EVENT);
        get_event = new LazyFunction(library, SanlockFunctions.GET_EVENT);
    }

    /**
     * Asks the daemon for its version.
     *
     * @param flags 0
     * @param version receives a u32, 0x03080500 for 3.8.5
     * @param proto receives a u32
     * @return 0, or a negative code
     */
    public int sanlock_version(int flags, MemorySegment version, MemorySegment proto) {
        try {
            return (int) this.version.handle().invokeExact(flags, version, proto);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Joins a lockspace with the daemon's default io_timeout.
     *
     * @param ls {@link SanlkLockspace}
     * @param flags SANLK_ADD_
     * @return 0, or a negative code
     */
    public int sanlock_add_lockspace(MemorySegment ls, int flags) {
        try {
            return (int) add_lockspace.handle().invokeExact(ls, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Joins a lockspace.
     *
     * @param ls {@link SanlkLockspace}
     * @param flags SANLK_ADD_
     * @param ioTimeout seconds; 0 for the daemon's default
     * @return 0, or a negative code
     */
    public int sanlock_add_lockspace_timeout(MemorySegment ls, int flags, int ioTimeout) {
        try {
            return (int) add_lockspace_timeout.handle().invokeExact(ls, flags, ioTimeout);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Asks whether a lockspace is joined.
     *
     * @param ls {@link SanlkLockspace}
     * @param flags SANLK_INQ_
     * @return 0 joined, -ENOENT not, -EINPROGRESS on its way in or out
     */
    public int sanlock_inq_lockspace(MemorySegment ls, int flags) {
        try {
            return (int) inq_lockspace.handle().invokeExact(ls, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Leaves a lockspace; without REM_UNUSED the daemon kills every process that holds a lease in
     * it.
     *
     * @param ls {@link SanlkLockspace}
     * @param flags SANLK_REM_
     * @return 0, or a negative code
     */
    public int sanlock_rem_lockspace(MemorySegment ls, int flags) {
        try {
            return (int) rem_lockspace.handle().invokeExact(ls, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Lists the lockspaces.
     *
     * @param lss receives a malloc'ed array of {@link SanlkLockspace}; the caller frees it
     * @param lssCount receives an int
     * @param flags 0
     * @return 0, or a negative code
     */
    public int sanlock_get_lockspaces(MemorySegment lss, MemorySegment lssCount, int flags) {
        try {
            return (int) get_lockspaces.handle().invokeExact(lss, lssCount, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Lists the hosts of a lockspace.
     *
     * @param lsName char*, the lockspace
     * @param hostId which, or 0 for all that were ever seen
     * @param hss receives a malloc'ed array of {@link SanlkHost}; the caller frees it
     * @param hssCount receives an int
     * @param flags 0
     * @return 0, or a negative code
     */
    public int sanlock_get_hosts(
            MemorySegment lsName,
            long hostId,
            MemorySegment hss,
            MemorySegment hssCount,
            int flags) {
        try {
            return (int) get_hosts.handle().invokeExact(lsName, hostId, hss, hssCount, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Changes how the daemon treats a joined lockspace. A lockspace that is marked as used does not
     * end, and leaving it waits without end, until it is marked as unused.
     *
     * @param lsName char*, the lockspace
     * @param flags 0
     * @param cmd SANLK_CONFIG_
     * @param data NULL
     * @return 0, or a negative code
     */
    public int sanlock_set_config(MemorySegment lsName, int flags, int cmd, MemorySegment data) {
        try {
            return (int) set_config.handle().invokeExact(lsName, flags, cmd, data);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Opens a connection on which the daemon tells of events that hosts of the lockspace send to
     * this one.
     *
     * @param lsName char*, the lockspace
     * @param he NULL
     * @param flags 0
     * @return the connection, for poll(2), without FD_CLOEXEC; or a negative code, -ENOCSI when 32
     *     listen already
     */
    public int sanlock_reg_event(MemorySegment lsName, MemorySegment he, int flags) {
        try {
            return (int) reg_event.handle().invokeExact(lsName, he, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Ends and closes a connection from {@code sanlock_reg_event}.
     *
     * @param fd that connection
     * @param lsName char*, the lockspace
     * @param flags 0
     * @return 0, or a negative code
     */
    public int sanlock_end_event(int fd, MemorySegment lsName, int flags) {
        try {
            return (int) end_event.handle().invokeExact(fd, lsName, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Sends an event to another host with the next renewal.
     *
     * @param lsName char*, the lockspace
     * @param he {@link SanlkHostEvent}
     * @param flags SANLK_SETEV_
     * @return 0, or a negative code; -EBUSY while another event is on its way
     */
    public int sanlock_set_event(MemorySegment lsName, MemorySegment he, int flags) {
        try {
            return (int) set_event.handle().invokeExact(lsName, he, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Takes one event that arrived. Does not wait.
     *
     * @param fd a connection from {@code sanlock_reg_event}
     * @param flags 0
     * @param he {@link SanlkHostEvent} that is filled
     * @param fromHostId receives a u64
     * @param fromGeneration receives a u64
     * @return 0, or a negative code; -EAGAIN when none is there
     */
    public int sanlock_get_event(
            int fd,
            int flags,
            MemorySegment he,
            MemorySegment fromHostId,
            MemorySegment fromGeneration) {
        try {
            return (int) get_event.handle().invokeExact(fd, flags, he, fromHostId, fromGeneration);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
