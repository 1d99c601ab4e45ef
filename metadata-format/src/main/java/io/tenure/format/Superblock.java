package io.tenure.format;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * What a domain is. Written when the domain is made; the bytes are described in {@link
 * SuperblockLayout}.
 *
 * @param domainId the domain, which also names its lockspace; not zero
 * @param layout where everything lies
 * @param leaseKind what guards the volumes
 * @param ioTimeoutSeconds the I/O timeout that sanlock is given for the lockspace: 1 to {@link
 *     #MAX_IO_TIMEOUT_SECONDS}; for {@link LeaseKind#LOCAL} it has no meaning and may be 0
 * @param created when the domain was made, in whole milliseconds
 */
public record Superblock(
        UUID domainId,
        DomainLayout layout,
        LeaseKind leaseKind,
        int ioTimeoutSeconds,
        Instant created) {
    /** The longest I/O timeout: sanlock's leader record keeps it in 16 bits. */
    public static final int MAX_IO_TIMEOUT_SECONDS = 0xFFFF;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Superblock {
        Checks.nonZero("domainId", domainId);
        Checks.range(
                "ioTimeoutSeconds of " + leaseKind,
                ioTimeoutSeconds,
                leaseKind == LeaseKind.SANLOCK ? 1 : 0,
                MAX_IO_TIMEOUT_SECONDS);
        Objects.requireNonNull(layout, "layout");
        created = Checks.millis("created", created);
    }
}
