package io.tenure.lease;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A lease that this process held is no longer its own. Nothing may be written any more. */
public final class LeaseLostException extends LeaseException {
    private static final long serialVersionUID = 1L;

    /** Who has it now, if that is known. */
    private final transient @Nullable LeaseOwner owner;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     */
    public LeaseLostException(String message) {
        super(message);
        this.owner = null;
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     * @param cause what lies behind it
     */
    public LeaseLostException(String message, Throwable cause) {
        super(message, cause);
        this.owner = null;
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do; names the owner too
     * @param owner who has the lease now, by what stands on storage
     */
    public LeaseLostException(String message, LeaseOwner owner) {
        super(message);
        this.owner = owner;
    }

    /**
     * Who has the lease now.
     *
     * @return the owner that storage names; empty if it names none, or that is not known
     */
    public Optional<LeaseOwner> owner() {
        return Optional.ofNullable(owner);
    }
}
