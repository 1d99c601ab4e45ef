package io.tenure.format;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * Who was last granted a local lease exclusively. The operating system's lock is what guards the
 * lease; this tells people who holds it, and a holder that nobody else was granted it since.
 *
 * @param domainId the domain
 * @param resourceId the volume, or the domain itself
 * @param version how often the lease was granted; 0 for one that never was
 * @param processId the process of the last holder; 0 if there was none
 * @param since when it was granted, or made
 * @param holder what the holder says of itself, at most {@link #MAX_HOLDER_BYTES} bytes of UTF-8
 * @param signature random, new each time the lease is made or granted, so that no two of these are
 *     alike
 */
public record LocalLeaseRecord(
        UUID domainId,
        UUID resourceId,
        long version,
        long processId,
        Instant since,
        String holder,
        UUID signature) {
    /** Room for a kind of job and its id, many times over. */
    public static final int MAX_HOLDER_BYTES = 256;

    /** Checks every value. */
    public LocalLeaseRecord {
        Checks.nonZero("domainId", domainId);
        Checks.nonZero("resourceId", resourceId);
        Checks.range("version", version, 0, Long.MAX_VALUE);
        Checks.range("processId", processId, 0, Long.MAX_VALUE);
        since = Checks.millis("since", since);
        Objects.requireNonNull(holder, "holder");
        int bytes = StrictText.encode("holder", holder).length;
        Checks.range("holder.bytes", bytes, 0, MAX_HOLDER_BYTES);
        Checks.nonZero("signature", signature);
    }

    /**
     * A lease that was never granted.
     *
     * @param domainId the domain
     * @param resourceId the volume, or the domain itself
     * @param made when it was made
     * @param signature a new random id
     * @return the record of a new lease
     */
    public static LocalLeaseRecord free(
            UUID domainId, UUID resourceId, Instant made, UUID signature) {
        return new LocalLeaseRecord(domainId, resourceId, 0, 0, made, "", signature);
    }

    /**
     * The lease as it is granted once more.
     *
     * @param newProcessId the new holder's process
     * @param when now
     * @param newHolder what the new holder says of itself
     * @param newSignature a new random id
     * @return the record of the next version
     */
    public LocalLeaseRecord granted(
            long newProcessId, Instant when, String newHolder, UUID newSignature) {
        return new LocalLeaseRecord(
                domainId, resourceId, version + 1, newProcessId, when, newHolder, newSignature);
    }
}
