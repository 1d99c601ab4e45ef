package io.tenure.tools.work;

import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.ActiveJob;
import io.tenure.format.DamagedCopy;
import io.tenure.format.DomainLayout;
import io.tenure.format.Quarantine;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.jobs.FailureKind;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.output.TextDetails;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a volume is shown: everything its record says, and where its parts lie on storage.
 *
 * @param domain the volume's domain, open
 * @param record the newest valid record
 * @param damagedCopy what is wrong with the record's other copy, if anything
 */
public record VolumeReport(
        StorageDomain domain, VolumeRecord record, Optional<DamagedCopy> damagedCopy) {

    /**
     * Reads a volume's record.
     *
     * @param domain the domain, open
     * @param volumeId the volume
     * @return its report as storage is now
     * @throws IOException if there is no such volume, or storage could not be read
     */
    public static VolumeReport read(StorageDomain domain, UUID volumeId) throws IOException {
        Volume volume = domain.find(volumeId);
        VolumeSlot slot = domain.store().read(volume.slotIndex());
        VolumeRecord record = slot.record().orElse(volume.record());
        if (!record.volumeId().equals(volumeId)) {
            record = domain.find(volumeId).record(); // deleted, and its slot taken, in between
        }
        return new VolumeReport(domain, record, slot.damagedCopy());
    }

    /**
     * Where the volume's lease lies.
     *
     * @return its slot's lease area
     */
    public LeaseArea leaseArea() {
        return domain.leaseArea(record.slotIndex(), record.volumeId());
    }

    /**
     * The volume for programs.
     *
     * @return fields in their order; sizes and offsets in bytes
     */
    public Map<String, @Nullable Object> fields() {
        DomainLayout layout = domain.superblock().layout();
        int slot = record.slotIndex();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("domain_id", record.domainId());
        fields.put("volume_id", record.volumeId());
        fields.put("image_id", record.imageId());
        fields.put("parent_id", record.parentId().orElse(null));
        fields.put("slot", slot);
        fields.put("lease_path", domain.controlPath());
        fields.put("lease_offset", layout.leaseOffset(slot));
        fields.put("metadata_path", domain.controlPath());
        fields.put("metadata_offset", layout.metadataOffset(slot));
        fields.put("data_path", domain.dataPath(record));
        fields.put("capacity", record.capacityBytes());
        fields.put("format", lowerCase(record.format()));
        fields.put("allocation", lowerCase(record.allocation()));
        fields.put("generation", record.generation());
        fields.put("legality", lowerCase(record.legality()));
        fields.put("active_job", record.activeJob().map(VolumeReport::fields).orElse(null));
        fields.put("transitions", record.transitions().stream().map(VolumeReport::fields).toList());
        fields.put("quarantine", record.quarantine().map(VolumeReport::fields).orElse(null));
        fields.put("release_reason", record.state().releaseReason().orElse(null));
        fields.put("description", record.description());
        fields.put("created", record.created());
        fields.put("damaged_copy", damagedCopy.map(VolumeReport::fields).orElse(null));
        return fields;
    }

    private static Map<String, Object> fields(ActiveJob job) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("job_id", job.jobId());
        fields.put("host_id", job.hostId());
        fields.put("host_generation", job.hostGeneration());
        fields.put("start", job.start());
        return fields;
    }

    static Map<String, @Nullable Object> fields(Transition transition) {
        boolean coded =
                transition.failureCode() != 0
                        && (transition.kind() == TransitionKind.FAILED
                                || transition.failureCode() != Transition.NOT_KNOWN);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("from_generation", transition.fromGeneration());
        fields.put("kind", lowerCase(transition.kind()));
        fields.put("job_id", transition.jobId());
        fields.put("host_id", transition.hostId());
        fields.put("time", transition.time());
        fields.put("failure_code", coded ? transition.failureCode() : null);
        return fields;
    }

    static Map<String, Object> fields(Quarantine quarantine) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("host_id", quarantine.hostId());
        fields.put("host_generation", quarantine.hostGeneration());
        return fields;
    }

    /**
     * A damaged copy for programs.
     *
     * @param damaged what is wrong with which copy
     * @return fields in their order
     */
    public static Map<String, Object> fields(DamagedCopy damaged) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("copy", lowerCase(damaged.copy()));
        fields.put("problem", damaged.problem());
        return fields;
    }

    /**
     * The volume for people.
     *
     * @return lines to add to or to render
     */
    public TextDetails details() {
        DomainLayout layout = domain.superblock().layout();
        int slot = record.slotIndex();
        TextDetails details =
                new TextDetails()
                        .detail("volume", record.volumeId())
                        .detail("domain", record.domainId())
                        .detail("slot", slot)
                        .detail("capacity", size(record.capacityBytes()))
                        .detail("generation", record.generation())
                        .detail("legality", lowerCase(record.legality()))
                        .detail("data", domain.dataPath(record))
                        .detail("lease", domain.controlPath() + " at " + layout.leaseOffset(slot))
                        .detail(
                                "record",
                                domain.controlPath() + " at " + layout.metadataOffset(slot))
                        .detail("created", record.created());
        if (!record.description().isEmpty()) {
            details.detail("description", record.description());
        }
        record.activeJob().ifPresent(job -> details.detail("active job", text(job)));
        record.quarantine()
                .ifPresent(quarantine ->
                        details.detail(
                                "quarantine",
                                "host %d (host generation %d) may still have writes under way"
                                        .formatted(
                                                quarantine.hostId(), quarantine.hostGeneration())));
        record.state()
                .releaseReason()
                .ifPresent(reason -> details.detail("release reason", reason));
        damagedCopy.ifPresent(damaged ->
                details.detail(
                        "damaged copy",
                        "%s: %s; tenure volume repair writes it anew, and so does the next job"
                                .formatted(damaged.copy(), damaged.problem())));
        List<Transition> transitions = record.transitions();
        for (int i = 0; i < transitions.size(); i++) {
            details.detail(i == 0 ? "transitions" : "", text(transitions.get(i)));
        }
        return details;
    }

    /**
     * The job that a record names as working, in words for people.
     *
     * @param job from a record
     * @return the job, its host and its start
     */
    public static String text(ActiveJob job) {
        return "%s on host %d (host generation %d) since %s"
                .formatted(job.jobId(), job.hostId(), job.hostGeneration(), job.start());
    }

    /**
     * A transition, in words for people.
     *
     * @param transition from a record
     * @return what happened, by which job, where and when
     */
    public static String text(Transition transition) {
        String what =
                transition.kind() == TransitionKind.FAILED
                        ? "at generation %d failed (code %d)"
                                .formatted(transition.fromGeneration(), transition.failureCode())
                        : "%d -> %d %s"
                                .formatted(
                                        transition.fromGeneration(),
                                        transition.toGeneration(),
                                        lowerCase(transition.kind()));
        return transition.kind() == TransitionKind.FENCED // names the job that it keeps off
                ? "%s against job %s%s by host %d, %s"
                        .formatted(
                                what,
                                transition.jobId(),
                                ended(transition),
                                transition.hostId(),
                                transition.time())
                : "%s by job %s on host %d, %s"
                        .formatted(
                                what, transition.jobId(), transition.hostId(), transition.time());
    }

    /** What had become of the job that a fence keeps off. */
    private static String ended(Transition fence) {
        return switch (fence.failureCode()) {
            case 0, Transition.NOT_KNOWN -> "";
            default ->
                    fence.failureCode() == FailureKind.INTERRUPTED.code()
                            ? ", which was cut off,"
                            : ", which had failed (code " + fence.failureCode() + "),";
        };
    }

    /**
     * A size for people where the exact number matters.
     *
     * @param bytes the size
     * @return with a unit, and in bytes
     */
    public static String size(long bytes) {
        String human = HumanSize.of(bytes);
        return human.endsWith(" B") ? human : "%s (%d bytes)".formatted(human, bytes);
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
