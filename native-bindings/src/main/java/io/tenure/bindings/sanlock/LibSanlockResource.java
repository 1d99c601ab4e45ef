package io.tenure.bindings.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.Downcalls;
import io.tenure.bindings.internal.NativeLibrary;
import java.lang.foreign.MemorySegment;

/**
 * The functions of {@code sanlock_resource.h} that speak to the daemon about leases, with their C
 * names.
 *
 * <p>Calls on one registered connection must not overlap, since answers carry no id; all others
 * may. They return what C returns, see {@link SanlockReturn}, and have no time limit. Obtained from
 * {@link LibSanlock#resource}.
 */
@SuppressWarnings("MemberName") // C names
public final class LibSanlockResource {
    private final LazyFunction register;
    private final LazyFunction restrict;
    private final LazyFunction killpath;
    private final LazyFunction acquire;
    private final LazyFunction release;
    private final LazyFunction inquire;
    private final LazyFunction convert;
    private final LazyFunction request;
    private final LazyFunction examine;
    private final LazyFunction set_lvb;
    private final LazyFunction get_lvb;

    LibSanlockResource(NativeLibrary library) {
        register = new LazyFunction(library, SanlockFunctions.REGISTER);
        restrict = new LazyFunction(library, SanlockFunctions.RESTRICT);
        killpath = new LazyFunction(library, SanlockFunctions.KILLPATH);
        acquire = new LazyFunction(library, SanlockFunctions.ACQUIRE);
        release = new LazyFunction(library, SanlockFunctions.RELEASE);
        inquire = new LazyFunction(library, SanlockFunctions.INQUIRE);
        convert = new LazyFunction(library, SanlockFunctions.CONVERT);
        request = new LazyFunction(library, SanlockFunctions.REQUEST);
        examine = new LazyFunction(library, SanlockFunctions.EXAMINE);
        set_lvb = new LazyFunction(library, SanlockFunctions.SET_LVB);
        get_lvb = new LazyFunction(library, SanlockFunctions.GET_LVB);
    }

    /**
     * Opens a connection that can hold leases.
     *
     * @return the connection, without FD_CLOEXEC
     */
    public int sanlock_register() {
        try {
            return (int) register.handle().invokeExact();
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Restricts a registered connection.
     *
     * @param sock the registered connection
     * @param flags SANLK_RESTRICT_
     * @return 0, or a negative code
     */
    public int sanlock_restrict(int sock, int flags) {
        try {
            return (int) restrict.handle().invokeExact(sock, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Sets the program that the daemon runs instead of sending SIGTERM. Silently truncates at 126
     * bytes.
     *
     * @param sock the registered connection
     * @param flags SANLK_KILLPATH_
     * @param path char*, the program
     * @param args char*, its arguments, split at spaces
     * @return 0, or a negative code
     */
    public int sanlock_killpath(int sock, int flags, MemorySegment path, MemorySegment args) {
        try {
            return (int) killpath.handle().invokeExact(sock, flags, path, args);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Acquires leases, all or none.
     *
     * @param sock the registered connection, or -1
     * @param pid whose leases, when sock is -1; else -1
     * @param flags SANLK_ACQUIRE_
     * @param resCount how many, at most SANLK_MAX_RESOURCES
     * @param resArgs array of pointers to {@link SanlkResource}
     * @param optIn {@link SanlkOptions} or NULL
     * @return 0, or a negative code
     */
    public int sanlock_acquire(
            int sock,
            int pid,
            int flags,
            int resCount,
            MemorySegment resArgs,
            MemorySegment optIn) {
        try {
            return (int) acquire.handle().invokeExact(sock, pid, flags, resCount, resArgs, optIn);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Releases leases. The daemon of 3.8.5 does not check the count and writes past its stack, so
     * more than SANLK_MAX_RESOURCES, and SANLK_REL_ALL, which has the same fault, never reach it.
     *
     * @param sock the registered connection, or -1
     * @param pid whose leases, when sock is -1; else -1
     * @param flags SANLK_REL_
     * @param resCount how many, at most SANLK_MAX_RESOURCES
     * @param resArgs array of pointers to {@link SanlkResource}
     * @return 0, or a negative code; -EINVAL for what the daemon would not survive
     */
    public int sanlock_release(int sock, int pid, int flags, int resCount, MemorySegment resArgs) {
        if (resCount > SanlockConstants.SANLK_MAX_RESOURCES
                || (flags & SanlockConstants.SANLK_REL_ALL) != 0) {
            return -Errno.EINVAL;
        }
        try {
            return (int) release.handle().invokeExact(sock, pid, flags, resCount, resArgs);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Lists the leases held. No storage is read.
     *
     * @param sock the registered connection, or -1
     * @param pid whose leases, when sock is -1; else -1
     * @param flags 0
     * @param resCount receives an int
     * @param resState receives a malloc'ed char*, or NULL; the caller frees it
     * @return 0, or a negative code
     */
    public int sanlock_inquire(
            int sock, int pid, int flags, MemorySegment resCount, MemorySegment resState) {
        try {
            return (int) inquire.handle().invokeExact(sock, pid, flags, resCount, resState);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Changes the mode of a held lease.
     *
     * @param sock the registered connection, or -1
     * @param pid whose lease, when sock is -1; else -1
     * @param flags SANLK_CONVERT_
     * @param res {@link SanlkResource} with the mode wanted
     * @return 0, or a negative code
     */
    public int sanlock_convert(int sock, int pid, int flags, MemorySegment res) {
        try {
            return (int) convert.handle().invokeExact(sock, pid, flags, res);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Asks the holding host to let go.
     *
     * @param flags SANLK_REQUEST_
     * @param forceMode SANLK_REQ_
     * @param res {@link SanlkResource}; lver is the version wanted next
     * @return 0, or a negative code
     */
    public int sanlock_request(int flags, int forceMode, MemorySegment res) {
        try {
            return (int) request.handle().invokeExact(flags, forceMode, res);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Makes the daemon look at once for requests, where it would with its next renewal.
     *
     * @param flags 0
     * @param ls {@link SanlkLockspace}, or NULL: all its resources
     * @param res {@link SanlkResource}, or NULL if {@code ls} is not
     * @return 0, or a negative code
     */
    public int sanlock_examine(int flags, MemorySegment ls, MemorySegment res) {
        try {
            return (int) examine.handle().invokeExact(flags, ls, res);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Sets the lock value block of a lease that this host holds and acquired with
     * SANLK_ACQUIRE_LVB. It reaches storage with the release.
     *
     * @param flags 0
     * @param res {@link SanlkResource}
     * @param lvb what to set
     * @param lvblen its bytes, at most a sector
     * @return 0, or a negative code
     */
    public int sanlock_set_lvb(int flags, MemorySegment res, MemorySegment lvb, int lvblen) {
        try {
            return (int) set_lvb.handle().invokeExact(flags, res, lvb, lvblen);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Gets the lock value block of a lease that this host holds and acquired with
     * SANLK_ACQUIRE_LVB: what was set, or what storage had.
     *
     * @param flags 0
     * @param res {@link SanlkResource}
     * @param lvb receives the bytes
     * @param lvblen how many, at most a sector
     * @return 0, or a negative code
     */
    public int sanlock_get_lvb(int flags, MemorySegment res, MemorySegment lvb, int lvblen) {
        try {
            return (int) get_lvb.handle().invokeExact(flags, res, lvb, lvblen);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
