package io.tenure.jobs.op;

import io.tenure.format.Legality;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an update changes of a volume; what is empty stays.
 *
 * @param description the new description
 * @param legality LEGAL or ILLEGAL: somebody knows better than the record whether the data may be
 *     used
 * @param capacityBytes the new capacity, not less than the present one
 */
public record VolumeChanges(
        Optional<String> description, Optional<Legality> legality, OptionalLong capacityBytes) {
    /** Changes nothing. */
    public static final VolumeChanges NONE =
            new VolumeChanges(Optional.empty(), Optional.empty(), OptionalLong.empty());

    /**
     * The same, with a description.
     *
     * @param text the description
     * @return the changes
     */
    public VolumeChanges withDescription(String text) {
        return new VolumeChanges(Optional.of(text), legality, capacityBytes);
    }

    /**
     * The same, with a legality.
     *
     * @param wanted LEGAL or ILLEGAL
     * @return the changes
     */
    public VolumeChanges withLegality(Legality wanted) {
        return new VolumeChanges(description, Optional.of(wanted), capacityBytes);
    }

    /**
     * The same, with a capacity.
     *
     * @param bytes the capacity
     * @return the changes
     */
    public VolumeChanges withCapacityBytes(long bytes) {
        return new VolumeChanges(description, legality, OptionalLong.of(bytes));
    }
}
