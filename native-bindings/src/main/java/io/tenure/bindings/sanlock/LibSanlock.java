package io.tenure.bindings.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.CFunction;
import io.tenure.bindings.internal.Downcalls;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.internal.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The functions of {@code libsanlock_client.so.1}, with their C names.
 *
 * <p>They belong to a loaded copy of the library, since each copy remembers the daemon that it
 * first spoke to. {@link #system()} is the copy for the daemon of this host. {@link #copyFor} loads
 * another for the daemon of a given run folder.
 *
 * <p>The functions return what C returns, see {@link SanlockReturn}. None has a time limit: a
 * daemon that hangs, hangs the call. Calls on one registered connection must not overlap; all
 * others may. When the library is missing, loading works and every function throws {@link
 * io.tenure.bindings.NativeUnavailableException}.
 */
@SuppressWarnings("MemberName") // C names
public final class LibSanlock implements AutoCloseable {
    private final NativeLibrary library;
    private final @Nullable Arena loaded;
    private final LazyFunction version;
    private final LazyFunction strerror;
    private final LazyFunction register;
    private final LazyFunction restrict;
    private final LazyFunction killpath;
    private final LazyFunction acquire;
    private final LazyFunction release;
    private final LazyFunction inquire;
    private final LazyFunction convert;
    private final LazyFunction request;
    private final LazyFunction add_lockspace;
    private final LazyFunction add_lockspace_timeout;
    private final LazyFunction inq_lockspace;
    private final LazyFunction rem_lockspace;
    private final LazyFunction get_lockspaces;
    private final LazyFunction get_hosts;
    private final LazyFunction write_lockspace;
    private final LazyFunction read_lockspace;
    private final LazyFunction write_resource;
    private final LazyFunction read_resource;
    private final LazyFunction read_resource_owners;

    /**
     * Links the functions of a loaded library.
     *
     * @param library the library
     * @param loaded what keeps it loaded; null if nothing unloads it
     */
    LibSanlock(NativeLibrary library, @Nullable Arena loaded) {
        this.library = library;
        this.loaded = loaded;
        version = link(SanlockFunctions.VERSION);
        strerror = link(SanlockFunctions.STRERROR);
        register = link(SanlockFunctions.REGISTER);
        restrict = link(SanlockFunctions.RESTRICT);
        killpath = link(SanlockFunctions.KILLPATH);
        acquire = link(SanlockFunctions.ACQUIRE);
        release = link(SanlockFunctions.RELEASE);
        inquire = link(SanlockFunctions.INQUIRE);
        convert = link(SanlockFunctions.CONVERT);
        request = link(SanlockFunctions.REQUEST);
        add_lockspace = link(SanlockFunctions.ADD_LOCKSPACE);
        add_lockspace_timeout = link(SanlockFunctions.ADD_LOCKSPACE_TIMEOUT);
        inq_lockspace = link(SanlockFunctions.INQ_LOCKSPACE);
        rem_lockspace = link(SanlockFunctions.REM_LOCKSPACE);
        get_lockspaces = link(SanlockFunctions.GET_LOCKSPACES);
        get_hosts = link(SanlockFunctions.GET_HOSTS);
        write_lockspace = link(SanlockFunctions.WRITE_LOCKSPACE);
        read_lockspace = link(SanlockFunctions.READ_LOCKSPACE);
        write_resource = link(SanlockFunctions.WRITE_RESOURCE);
        read_resource = link(SanlockFunctions.READ_RESOURCE);
        read_resource_owners = link(SanlockFunctions.READ_RESOURCE_OWNERS);
    }

    /**
     * The library for the daemon of this host: that of the run folder {@code /run/sanlock}, or of
     * {@code SANLOCK_RUN_DIR} in the environment that the JVM started with. Stays loaded.
     *
     * @return always the same
     */
    public static LibSanlock system() {
        return SanlockLoader.system();
    }

    /**
     * Loads another copy of the library and ties it to a daemon.
     *
     * @param runDirectory the run folder of the daemon, which need not run yet
     * @return a copy that the caller closes
     * @throws io.tenure.bindings.NativeUnavailableException if the library is there but no copy of
     *     it can be made and loaded
     * @throws IllegalArgumentException if the path of the daemon's socket would be too long
     */
    public static LibSanlock copyFor(Path runDirectory) {
        return SanlockLoader.copyFor(runDirectory);
    }

    /**
     * Whether the library could be loaded.
     *
     * @return empty when it could, else why not, and what to do
     */
    public Optional<String> problem() {
        return library.lookup() == null ? Optional.of(library.missing()) : Optional.empty();
    }

    /** What the functions were linked with. */
    NativeLibrary library() {
        return library;
    }

    /**
     * Unloads a copy; does nothing for {@link #system()}.
     *
     * @throws IllegalStateException if a call is in progress, or the copy is closed already
     */
    @Override
    public void close() {
        if (loaded != null) {
            loaded.close();
        }
    }

    /**
     * The library's own text for a code. It does not know all of them; {@link SanlockReturn#text}
     * does.
     *
     * @param rv what a function returned
     * @return the text
     */
    public String sanlock_strerror(int rv) {
        try {
            return ForeignMemory.string(
                    (MemorySegment) this.strerror.handle().invokeExact(rv), 256);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
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
     * Opens a connection that can hold leases.
     *
     * @return the connection, without FD_CLOEXEC
     */
    public int sanlock_register() {
        try {
            return (int) this.register.handle().invokeExact();
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
            return (int) this.restrict.handle().invokeExact(sock, flags);
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
            return (int) this.killpath.handle().invokeExact(sock, flags, path, args);
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
            return (int)
                    this.acquire.handle().invokeExact(sock, pid, flags, resCount, resArgs, optIn);
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
            return (int) this.release.handle().invokeExact(sock, pid, flags, resCount, resArgs);
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
            return (int) this.inquire.handle().invokeExact(sock, pid, flags, resCount, resState);
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
            return (int) this.convert.handle().invokeExact(sock, pid, flags, res);
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
            return (int) this.request.handle().invokeExact(flags, forceMode, res);
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
            return (int) this.add_lockspace.handle().invokeExact(ls, flags);
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
            return (int) this.add_lockspace_timeout.handle().invokeExact(ls, flags, ioTimeout);
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
            return (int) this.inq_lockspace.handle().invokeExact(ls, flags);
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
            return (int) this.rem_lockspace.handle().invokeExact(ls, flags);
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
            return (int) this.get_lockspaces.handle().invokeExact(lss, lssCount, flags);
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
            return (int) this.get_hosts.handle().invokeExact(lsName, hostId, hss, hssCount, flags);
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
            return (int) this.write_lockspace.handle().invokeExact(ls, maxHosts, flags, ioTimeout);
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
            return (int) this.read_lockspace.handle().invokeExact(ls, flags, ioTimeout);
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
            return (int) this.write_resource.handle().invokeExact(res, maxHosts, numHosts, flags);
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
            return (int) this.read_resource.handle().invokeExact(res, flags);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Reads who holds a lease.
     *
     * @param res {@link SanlkResource}, filled from storage
     * @param flags 0
     * @param hss receives a malloc'ed array of {@link SanlkHost} if there is an owner, and is left
     *     alone if there is none; the caller sets it to NULL first and frees it
     * @param hssCount receives an int
     * @return 0, or a negative code
     */
    public int sanlock_read_resource_owners(
            MemorySegment res, int flags, MemorySegment hss, MemorySegment hssCount) {
        try {
            return (int) this.read_resource_owners.handle().invokeExact(res, flags, hss, hssCount);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    private LazyFunction link(CFunction function) {
        return new LazyFunction(library, function);
    }
}
