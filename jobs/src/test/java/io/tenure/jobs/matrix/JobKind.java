package io.tenure.jobs.matrix;

import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.io.copy.CopyTuning;
import io.tenure.jobs.Job;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.jobs.op.DiscardVolume;
import io.tenure.jobs.op.FillVolume;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.jobs.op.VolumeChanges;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.jobs.op.ZeroVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The kinds of jobs, each on a small volume. */
enum JobKind {
    /** Makes the volume, with a file below the domain. */
    CREATE(Place.NONE),
    /** Copies a file onto it, in four requests, one at a time. */
    COPY(Place.FAULTY_FILE),
    /** Zeroes it. */
    ZERO(Place.FAULTY_FILE),
    /** Zeroes what lies behind the volume on its device. */
    FILL(Place.DEVICE),
    /** Gives its storage back. */
    DISCARD(Place.DEVICE),
    /** Makes it twice as large, with another description. */
    UPDATE(Place.FILE),
    /** Removes it. */
    DELETE(Place.FILE),
    /** Finds out about a job that has not begun. */
    RECON(Place.FILE);

    /** How large the volumes are: a device behind them is twice as large. */
    static final int BYTES = 256 << 10;

    static final String NEW_DESCRIPTION = "larger";

    private static final int REQUEST_BYTES = 64 << 10;
    private static final CopySettings ONE_AT_A_TIME =
            CopySettings.DEFAULT.withTuning(
                    CopyTuning.DEFAULT.withRequestBytes(REQUEST_BYTES).withDepth(1));

    private final Place place;

    /** Where the volume's data lies before the job. */
    enum Place {
        /** There is no volume. */
        NONE,
        /** In a file below the domain. */
        FILE,
        /** In a file below the domain that can be made to fail. */
        FAULTY_FILE,
        /** On a block device that can be made to fail. */
        DEVICE
    }

    JobKind(Place place) {
        this.place = place;
    }

    Place place() {
        return place;
    }

    /** The word of the job's request. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the volume is ILLEGAL while the job works, and as long as it has not committed. */
    boolean rewrites() {
        return this == COPY || this == ZERO || this == DISCARD;
    }

    /** Whether the record names the job while it works. */
    boolean marks() {
        return rewrites() || this == FILL;
    }

    /** Which generation the job is to find. */
    long expectedGeneration() {
        return this == CREATE ? 0 : 1;
    }

    /**
     * Makes the job; not for {@link #RECON}, which is none that anybody submits.
     *
     * @param id its name
     * @param domain as the process has it open
     * @param volume the volume
     * @param source the file that is copied
     * @return the job
     * @throws IOException if it cannot be made
     */
    Job make(UUID id, StorageDomain domain, UUID volume, Path source) throws IOException {
        long expected = expectedGeneration();
        return switch (this) {
            case CREATE ->
                    new CreateVolume(
                            id,
                            domain,
                            new VolumeSpec(
                                    volume, BYTES, Allocation.SPARSE, Optional.empty(), "matrix"));
            case COPY -> copy(id, domain, volume, expected, source);
            case ZERO ->
                    new ZeroVolume(
                            id,
                            domain,
                            volume,
                            expected,
                            ZeroVolume.Discard.NONE,
                            ZeroSettings.DEFAULT);
            case FILL -> new FillVolume(id, domain, volume, expected, ZeroSettings.DEFAULT);
            case DISCARD -> new DiscardVolume(id, domain, volume, expected, ZeroSettings.DEFAULT);
            case UPDATE ->
                    new UpdateVolume(
                            id,
                            domain,
                            volume,
                            expected,
                            VolumeChanges.NONE
                                    .withDescription(NEW_DESCRIPTION)
                                    .withCapacityBytes(2L * BYTES));
            case DELETE -> new DeleteVolume(id, domain, volume, expected);
            case RECON -> throw new IllegalArgumentException("nobody submits a reconnaissance");
        };
    }

    /** A copy of a file onto a volume. */
    static CopyVolume copy(UUID id, StorageDomain domain, UUID volume, long expected, Path source) {
        return new CopyVolume(
                id, new CopySource.Outside(source), domain, volume, expected, ONE_AT_A_TIME);
    }
}
