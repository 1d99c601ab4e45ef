package io.tenure.io;

/**
 * The file descriptor behind a device, for an engine that makes system calls of its own. It stays
 * open until it is let go.
 */
public interface HeldDescriptor extends AutoCloseable {

    /**
     * The descriptor's number.
     *
     * @return as open(2) returned it; valid until {@link #close}
     */
    int number();

    /** Lets the descriptor go: nothing uses it any more. Closing again does nothing. */
    @Override
    void close();
}
