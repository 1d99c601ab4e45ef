package io.tenure.bindings.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** What {@code <sys/socket.h>} offers for sockets that a library opened. */
public final class Sockets {
    /** SHUT_RDWR of {@code <sys/socket.h>}. */
    static final int SHUT_RDWR = 2;

    static final CFunction SHUTDOWN =
            new CFunction("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private static final MethodHandle SHUTDOWN_HANDLE = SHUTDOWN.link();

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
}
