package io.tenure.format;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * All that a domain knows about a volume. The bytes are described in {@link VolumeRecordLayout}.
 *
 * <p>The methods named after steps ({@link #started}, {@link #completed} ...) return the record to
 * be written next and refuse a step that the protocol does not allow. The record's write sequence
 * is not part of it: {@link VolumeSlot} counts it.
 *
 * @param slotIndex the volume's slot, 1 to {@link DomainLayout#MAX_VOLUMES}
 * @param domainId the domain; not zero
 * @param volumeId the volume; not zero
 * @param imageId the image (group of volumes) it belongs to; not zero
 * @param parentId the volume it is based on, if any; not zero and not itself
 * @param capacityBytes the size that users of the volume see: positive, a multiple of {@link
 *     #CAPACITY_UNIT_BYTES}
 * @param format how its data is to be read
 * @param allocation whether it owns its space
 * @param location where its data lies
 * @param created when it was made, in whole milliseconds
 * @param description free text, without NUL; its UTF-8 bytes, those of the location's path and
 *     those of the state's release reason are at most {@link #MAX_STRING_BYTES} together
 * @param state what jobs change
 */
public record VolumeRecord(
        int slotIndex,
        UUID domainId,
        UUID volumeId,
        UUID imageId,
        Optional<UUID> parentId,
        long capacityBytes,
        VolumeFormat format,
        Allocation allocation,
        DataLocation location,
        Instant created,
        String description,
        VolumeState state) {
    /** Capacity counts in these: the smallest sector of any device. */
    public static final int CAPACITY_UNIT_BYTES = 512;

    /** The room for path, description and release reason together, in bytes of UTF-8. */
    public static final int MAX_STRING_BYTES = 208;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range or the strings are too long
     */
    public VolumeRecord {
        Checks.range("slotIndex", slotIndex, 1, DomainLayout.MAX_VOLUMES);
        Checks.nonZero("domainId", domainId);
        Checks.nonZero("volumeId", volumeId);
        Checks.nonZero("imageId", imageId);
        if (parentId.isPresent()) {
            Checks.nonZero("parentId", parentId.get());
            if (parentId.get().equals(volumeId)) {
                throw new IllegalArgumentException(
                        "parentId is " + volumeId + ": a volume is not its own parent");
            }
        }
        if (capacityBytes <= 0 || capacityBytes % CAPACITY_UNIT_BYTES != 0) {
            throw new IllegalArgumentException(
                    "capacityBytes is "
                            + capacityBytes
                            + ": must be positive and a multiple of "
                            + CAPACITY_UNIT_BYTES);
        }
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(allocation, "allocation");
        created = Checks.millis("created", created);
        int pathBytes = StrictText.encode("path", location.path()).length;
        int descriptionBytes = StrictText.encode("description", description).length;
        if (pathBytes + descriptionBytes > MAX_STRING_BYTES) {
            throw new IllegalArgumentException(
                    "path and description are "
                            + pathBytes
                            + " + "
                            + descriptionBytes
                            + " bytes of UTF-8: must be at most "
                            + MAX_STRING_BYTES
                            + " together");
        }
        int reasonBytes =
                state.releaseReason()
                        .map(reason -> StrictText.encode("releaseReason", reason).length)
                        .orElse(0);
        if (pathBytes + descriptionBytes + reasonBytes > MAX_STRING_BYTES) {
            throw new IllegalArgumentException(
                    "the release reason is "
                            + reasonBytes
                            + " bytes of UTF-8, and beside path and description there is room for "
                            + (MAX_STRING_BYTES - pathBytes - descriptionBytes));
        }
    }

    /**
     * The first record of a raw volume: no parent, no description, {@link VolumeState#initial()}.
     *
     * @param slotIndex the slot that was found free
     * @param domainId the domain
     * @param volumeId the volume
     * @param imageId the image it belongs to
     * @param capacityBytes its size
     * @param allocation whether it owns its space
     * @param location where its data lies
     * @param created now
     * @return the record
     * @throws IllegalArgumentException if a value is out of range
     */
    public static VolumeRecord newVolume(
            int slotIndex,
            UUID domainId,
            UUID volumeId,
            UUID imageId,
            long capacityBytes,
            Allocation allocation,
            DataLocation location,
            Instant created) {
        return new VolumeRecord(
                slotIndex,
                domainId,
                volumeId,
                imageId,
                Optional.empty(),
                capacityBytes,
                VolumeFormat.RAW,
                allocation,
                location,
                created,
                "",
                VolumeState.initial());
    }

    /**
     * Returns the volume's generation.
     *
     * @return 0 to 2^63-1
     */
    public long generation() {
        return state.generation();
    }

    /**
     * Returns whether the data may be used.
     *
     * @return the legality
     */
    public Legality legality() {
        return state.legality();
    }

    /**
     * Returns the job recorded as working. Whether it still does, only the lease tells.
     *
     * @return the job, if any
     */
    public Optional<ActiveJob> activeJob() {
        return state.activeJob();
    }

    /**
     * Returns the last transitions.
     *
     * @return newest first, at most {@link VolumeState#MAX_TRANSITIONS}; not modifiable
     */
    public List<Transition> transitions() {
        return state.transitions();
    }

    /**
     * A job begins to change the data; see {@link VolumeState#started}.
     *
     * @param job the job
     * @return the record to write before the first byte of data
     * @throws IllegalStateException if a job is active, the volume is removed, or the generation is
     *     the last one
     */
    public VolumeRecord started(ActiveJob job) {
        return withState(state.started(job));
    }

    /**
     * A job begins that leaves the data usable; see {@link VolumeState#startedKeepingLegality}.
     *
     * @param job the job
     * @return the record to write before the first byte of data
     * @throws IllegalStateException if a job is active, the volume is removed, or the generation is
     *     the last one
     */
    public VolumeRecord startedKeepingLegality(ActiveJob job) {
        return withState(state.startedKeepingLegality(job));
    }

    /**
     * The active job did its work; see {@link VolumeState#completed}.
     *
     * @param when now
     * @return the record whose write is the commit
     * @throws IllegalStateException if no job is active
     */
    public VolumeRecord completed(Instant when) {
        return withState(state.completed(when));
    }

    /**
     * The active job did its work and legality stays; see {@link
     * VolumeState#completedKeepingLegality}.
     *
     * @param when now
     * @return the record whose write is the commit
     * @throws IllegalStateException if no job is active
     */
    public VolumeRecord completedKeepingLegality(Instant when) {
        return withState(state.completedKeepingLegality(when));
    }

    /**
     * The active job gave up; see {@link VolumeState#failed}.
     *
     * @param failureCode why, 1 to {@link Transition#MAX_FAILURE_CODE}
     * @param when now
     * @return the record to write
     * @throws IllegalStateException if no job is active
     * @throws IllegalArgumentException if the code is out of range
     */
    public VolumeRecord failed(int failureCode, Instant when) {
        return withState(state.failed(failureCode, when));
    }

    /**
     * The active job deleted the volume; see {@link VolumeState#removed}.
     *
     * @param when now
     * @return the tombstone to write
     * @throws IllegalStateException if no job is active
     */
    public VolumeRecord removed(Instant when) {
        return withState(state.removed(when));
    }

    /**
     * The generation is left without work; see {@link VolumeState#fenced}.
     *
     * @param jobId the job that is fenced off
     * @param hostId the host that writes this
     * @param when now
     * @return the record to write
     * @throws IllegalStateException if the generation is the last one
     */
    public VolumeRecord fenced(UUID jobId, long hostId, Instant when) {
        return withState(state.fenced(jobId, hostId, when));
    }

    /**
     * Metadata is changed without a job on the data; see {@link VolumeState#updated}. What changes,
     * beside legality, is changed by the {@code with} methods.
     *
     * @param jobId the job that changes it
     * @param hostId the host that writes this
     * @param newLegality the legality from now on; the present one to keep it
     * @param when now
     * @return the record to write
     * @throws IllegalStateException if a job is active, the volume is removed, or the generation is
     *     the last one
     * @throws IllegalArgumentException if the new legality is REMOVED: only a job removes
     */
    public VolumeRecord updated(UUID jobId, long hostId, Legality newLegality, Instant when) {
        return withState(state.updated(jobId, hostId, newLegality, when));
    }

    /**
     * Returns who may still have writes under way.
     *
     * @return the incarnation of a host, if the volume is in quarantine
     */
    public Optional<Quarantine> quarantine() {
        return state.quarantine();
    }

    /**
     * Begins or ends a quarantine; see {@link VolumeState#withQuarantine}.
     *
     * @param newQuarantine who may still have writes under way; empty ends the quarantine
     * @return the record
     * @throws IllegalStateException if a job is active
     */
    public VolumeRecord withQuarantine(Optional<Quarantine> newQuarantine) {
        return withState(state.withQuarantine(newQuarantine));
    }

    /**
     * A person ends the quarantine; see {@link VolumeState#released}.
     *
     * @param jobId the job that writes this
     * @param hostId the host that writes this
     * @param reason why
     * @param when now
     * @return the record to write
     * @throws IllegalStateException if the volume is not in quarantine, or the generation is the
     *     last one
     * @throws IllegalArgumentException if the reason is empty, or too long beside path and
     *     description
     */
    public VolumeRecord released(UUID jobId, long hostId, String reason, Instant when) {
        return withState(state.released(jobId, hostId, reason, when));
    }

    /**
     * Returns this record with another description.
     *
     * @param newDescription the description
     * @return the record
     * @throws IllegalArgumentException if it is too long beside the path, or not valid text
     */
    public VolumeRecord withDescription(String newDescription) {
        return with(parentId, capacityBytes, newDescription, state);
    }

    /**
     * Returns this record with another capacity.
     *
     * @param newCapacityBytes the capacity
     * @return the record
     * @throws IllegalArgumentException if it is not a positive multiple of 512
     */
    public VolumeRecord withCapacityBytes(long newCapacityBytes) {
        return with(parentId, newCapacityBytes, description, state);
    }

    /**
     * Returns this record with another parent.
     *
     * @param newParentId the parent, or empty for none
     * @return the record
     * @throws IllegalArgumentException if it is zero or the volume itself
     */
    public VolumeRecord withParentId(Optional<UUID> newParentId) {
        return with(newParentId, capacityBytes, description, state);
    }

    private VolumeRecord withState(VolumeState newState) {
        return with(parentId, capacityBytes, description, newState);
    }

    private VolumeRecord with(
            Optional<UUID> newParentId,
            long newCapacityBytes,
            String newDescription,
            VolumeState newState) {
        return new VolumeRecord(
                slotIndex,
                domainId,
                volumeId,
                imageId,
                newParentId,
                newCapacityBytes,
                format,
                allocation,
                location,
                created,
                newDescription,
                newState);
    }
}
