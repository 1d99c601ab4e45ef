package io.tenure.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.Sockets;
import io.tenure.bindings.libc.Fcntl;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.PollFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * The descriptor of a registration, so that it is never used after it was closed and its number
 * perhaps given to somebody else. None of its methods waits.
 */
final class RegisteredSocket {
    private final int descriptor;
    private boolean shut;
    private boolean closed;

    /** Takes over a descriptor, and keeps it from programs that this process starts. */
    RegisteredSocket(int descriptor) {
        this.descriptor = descriptor;
        int rv = Libc.fcntl(descriptor, Fcntl.F_SETFD, Fcntl.FD_CLOEXEC);
        if (rv < 0) {
            throw new AssertionError("fcntl(F_SETFD): " + Errno.describe(rv));
        }
    }

    synchronized int descriptor() {
        if (shut) {
            throw new IllegalStateException("the registration is closed");
        }
        return descriptor;
    }

    /** How long an answer may take to come. */
    synchronized void limitReceive(Duration limit) {
        if (shut) {
            throw new IllegalStateException("the registration is closed");
        }
        int rv = Sockets.limitReceive(descriptor, limit);
        if (rv < 0) {
            throw new AssertionError("setsockopt(SO_RCVTIMEO): " + Errno.describe(rv));
        }
    }

    synchronized boolean isHungUp() {
        if (shut) {
            return true;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = PollFd.allocate(arena, 1);
            PollFd.set(poll, 0, descriptor, (short) 0);
            int rv = Libc.poll(poll, 1, 0);
            if (rv < 0) {
                throw new AssertionError("poll: " + Errno.describe(rv));
            }
            return rv > 0;
        }
    }

    /** Ends the connection but keeps the number, so that a call in progress comes back. */
    synchronized void shutDown() {
        if (!shut) {
            shut = true;
            Sockets.shutDown(descriptor);
        }
    }

    synchronized void close() {
        if (!closed) {
            closed = true;
            int rv = Libc.close(descriptor);
            if (rv == -Errno.EBADF) {
                throw new AssertionError("somebody else closed descriptor " + descriptor);
            }
        }
    }
}
