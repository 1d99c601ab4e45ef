package io.tenure.jobs;

import io.tenure.bindings.NativeUnavailableException;
import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.RefusedException;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.io.copy.ContentMismatchException;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoGate;
import io.tenure.lease.HostJoiningException;
import io.tenure.lease.LeaseBrokenException;
import io.tenure.lease.LeaseConflictException;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeasesUnavailableException;

/**
 * Why a job, or a command, did not succeed. The code stands in a record's failed transition and is
 * the command's exit code.
 */
public enum FailureKind {
    /** The operation failed: an I/O error, or storage is not in a state that allows it. */
    OPERATION(1),
    /** The request makes no sense as it stands. */
    INVALID_REQUEST(2),
    /** Somebody else holds a lease. */
    LEASE_HELD(3),
    /** The generation on storage is not the expected one. */
    GENERATION_MISMATCH(4),
    /** A lease was lost during the work. */
    LEASE_LOST(5),
    /** Metadata on storage is invalid, a lease area is broken, or a checksum does not agree. */
    METADATA_INVALID(6),
    /** The environment lacks something: a library, a daemon, a membership. */
    ENVIRONMENT(7),
    /** Stopped by an abort or a signal. */
    ABORTED(130),
    /**
     * Never ended by itself: a later job found it in the record, and its lease free; or its worker
     * process ended without a word, and only storage knows how far it came.
     */
    INTERRUPTED(137);

    private final int code;

    FailureKind(int code) {
        this.code = code;
    }

    /**
     * The number for records and exit codes.
     *
     * @return 1 to 137
     */
    public int code() {
        return code;
    }

    /**
     * Classifies what a job or an operation threw.
     *
     * @param failure the exception
     * @return its kind; {@link #OPERATION} for whatever is not known better
     */
    public static FailureKind of(Throwable failure) {
        return switch (failure) {
            case GateClosedException e ->
                    e.reason() == IoGate.Reason.LEASE_LOST ? LEASE_LOST : ABORTED;
            case JobAbortedException e -> ABORTED;
            case GenerationMismatchException e -> GENERATION_MISMATCH;
            case LeaseHeldException e -> LEASE_HELD;
            case LeaseLostException e -> LEASE_LOST;
            case LeaseConflictException e -> INVALID_REQUEST;
            case LeaseBrokenException e -> METADATA_INVALID;
            case CorruptMetadataException e -> METADATA_INVALID;
            case UnsupportedFormatException e -> METADATA_INVALID;
            case ContentMismatchException e -> METADATA_INVALID;
            case LeasesUnavailableException e -> ENVIRONMENT;
            case HostJoiningException e -> ENVIRONMENT;
            case NativeUnavailableException e -> ENVIRONMENT;
            case InvalidRequestException e -> INVALID_REQUEST;
            case RefusedException e -> OPERATION;
            default -> OPERATION;
        };
    }
}
