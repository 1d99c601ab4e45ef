package io.tenure.jobs;

import io.tenure.format.Quarantine;
import java.io.IOException;

/** A job was refused since a host may still have writes under way on its volume. */
public final class VolumeQuarantinedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The host that is waited for. */
    private final long hostId;

    /** Its generation. */
    private final long hostGeneration;

    VolumeQuarantinedException(String message, Quarantine quarantine) {
        super(message);
        this.hostId = quarantine.hostId();
        this.hostGeneration = quarantine.hostGeneration();
    }

    /**
     * Who is waited for.
     *
     * @return the incarnation of a host
     */
    public Quarantine quarantine() {
        return new Quarantine(hostId, hostGeneration);
    }
}
