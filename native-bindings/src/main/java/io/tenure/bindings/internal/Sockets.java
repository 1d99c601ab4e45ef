package io.tenure.bindings.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/** What {@code <sys/socket.h>} offers for sockets that a library opened. */
public final class Sockets {
    /** SHUT_RDWR of {@code <sys/socket.h>}. */
    static final int SHUT_RDWR = 2;

    /** SOL_SOCKET of {@code <sys/socket.h>}. */
    static final int SOL_SOCKET = 1;

    /** SO_RCVTIMEO of {@code <sys/socket.h>}: takes a {@code struct timeval}. */
    static final int SO_RCVTIMEO = 20;

    /** {@code struct timeval} of {@code <sys/time.h>}. */
    static final StructLayout TIMEVAL =
            MemoryLayout.structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_usec"))
                    .withName("timeval");

    static final CFunction SHUTDOWN =
            new CFunction("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    static final CFunction SETSOCKOPT =
            new CFunction(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    private static final MethodHandle SHUTDOWN_HANDLE = SHUTDOWN.link();
    private static final MethodHandle SETSOCKOPT_HANDLE = SETSOCKOPT.link();

    private Sockets() {}

    /**
     * shutdown(2) in both directions: calls that wait on the socket come back, and the other side
     * sees the end.
     *
     * @param fd the socket
     * @return 0 or -errno; -ENOTCONN when the other side was gone already
     */
    public static int shutDown(int fd) {
        MemorySegment state = CaptureState.ofThread();
        try {
            return CaptureState.result(
                    (int) SHUTDOWN_HANDLE.invokeExact(state, fd, SHUT_RDWR), state);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * setsockopt(2) with SO_RCVTIMEO: each recv(2) that begins from now on comes back after this
     * time at the latest, with -EAGAIN or with less than it was to wait for.
     *
     * @param fd the socket
     * @param limit the time, at least a microsecond
     * @return 0 or -errno
     */
    public static int limitReceive(int fd, Duration limit) {
        MemorySegment state = CaptureState.ofThread();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeval = arena.allocate(TIMEVAL);
            timeval.set(JAVA_LONG, 0, limit.toSeconds());
            timeval.set(JAVA_LONG, JAVA_LONG.byteSize(), limit.toNanosPart() / 1_000);
            int bytes = (int) TIMEVAL.byteSize();
            return CaptureState.result(
                    (int)
                            SETSOCKOPT_HANDLE.invokeExact(
                                    state, fd, SOL_SOCKET, SO_RCVTIMEO, timeval, bytes),
                    state);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
