package io.tenure.domain;

import io.tenure.format.LeaseKind;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * What a new domain is to be.
 *
 * @param domainId its id
 * @param leaseKind what guards its volumes
 * @param sectorBytes sector size in bytes, 512 or 4096; empty takes the device's own
 * @param leaseAlignBytes bytes for each lease: 1, 2, 4 or 8 MiB
 * @param maxVolumes how many volumes it can hold; empty takes {@link #DEFAULT_MAX_VOLUMES}, or what
 *     fits on a block device if that is less
 * @param ioTimeoutSeconds sanlock's io_timeout; it decides how soon a lost host is noticed
 */
public record DomainSpec(
        UUID domainId,
        LeaseKind leaseKind,
        OptionalInt sectorBytes,
        int leaseAlignBytes,
        OptionalInt maxVolumes,
        int ioTimeoutSeconds) {

    /** A file of about 1 GiB, sparse until volumes come. */
    public static final int DEFAULT_MAX_VOLUMES = 1000;

    /** The smallest lease that sanlock allows. */
    public static final int DEFAULT_LEASE_ALIGN_BYTES = 1 << 20;

    /** sanlock's own default. */
    public static final int DEFAULT_IO_TIMEOUT_SECONDS = 10;

    /**
     * A domain with the defaults and a random id.
     *
     * @param leaseKind what guards its volumes
     * @return the specification
     */
    public static DomainSpec of(LeaseKind leaseKind) {
        return new DomainSpec(
                RandomId.next(),
                leaseKind,
                OptionalInt.empty(),
                DEFAULT_LEASE_ALIGN_BYTES,
                OptionalInt.empty(),
                DEFAULT_IO_TIMEOUT_SECONDS);
    }
}
