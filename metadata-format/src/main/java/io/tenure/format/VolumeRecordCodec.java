package io.tenure.format;

import static io.tenure.format.VolumeRecordLayout.ACTIVE_BYTES;
import static io.tenure.format.VolumeRecordLayout.ACTIVE_HOST_GENERATION;
import static io.tenure.format.VolumeRecordLayout.ACTIVE_HOST_ID;
import static io.tenure.format.VolumeRecordLayout.ACTIVE_JOB_ID;
import static io.tenure.format.VolumeRecordLayout.ACTIVE_START_MILLIS;
import static io.tenure.format.VolumeRecordLayout.STRINGS;
import static io.tenure.format.VolumeRecordLayout.TRANSITIONS;
import static io.tenure.format.VolumeRecordLayout.TRANSITION_BYTES;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The bytes of one copy of a volume's record, as {@link VolumeRecordLayout} lays them out.
 *
 * <p>Knows nothing of slots, copies and sectors: that is {@link VolumeSlot}.
 */
final class VolumeRecordCodec {
    private static final UUID NONE = new UUID(0, 0);

    private static final TransitionKind[] KINDS_OF_VERSION_1 = {
        TransitionKind.COMPLETED,
        TransitionKind.FAILED,
        TransitionKind.FENCED,
        TransitionKind.UPDATED
    };

    private VolumeRecordCodec() {}

    static MetadataBlock encode(VolumeRecord record, long writeSequence) {
        Checks.range("writeSequence", writeSequence, 1, Long.MAX_VALUE);
        MetadataBlock block =
                MetadataBlock.blank(VolumeRecordLayout.magic(), version(record.state()));
        block.putU32(VolumeRecordLayout.SLOT_INDEX, record.slotIndex());
        block.putI64(VolumeRecordLayout.WRITE_SEQUENCE, writeSequence);
        block.putUuid(VolumeRecordLayout.DOMAIN_ID, record.domainId());
        block.putUuid(VolumeRecordLayout.VOLUME_ID, record.volumeId());
        block.putUuid(VolumeRecordLayout.IMAGE_ID, record.imageId());
        block.putUuid(VolumeRecordLayout.PARENT_ID, record.parentId().orElse(NONE));
        block.putI64(VolumeRecordLayout.CAPACITY_BYTES, record.capacityBytes());
        block.putI64(VolumeRecordLayout.GENERATION, record.generation());
        block.putU8(VolumeRecordLayout.FORMAT, record.format().code());
        block.putU8(VolumeRecordLayout.ALLOCATION, record.allocation().code());
        block.putU8(VolumeRecordLayout.LEGALITY, record.legality().code());
        block.putU8(VolumeRecordLayout.LOCATION_KIND, record.location().kind().code());
        block.putI64(VolumeRecordLayout.CREATED_MILLIS, record.created().toEpochMilli());
        record.activeJob().ifPresent(job -> putActiveJob(block, job));
        for (int i = 0; i < record.transitions().size(); i++) {
            putTransition(block, TRANSITIONS + i * TRANSITION_BYTES, record.transitions().get(i));
        }
        byte[] path = StrictText.encode("path", record.location().path());
        byte[] description = StrictText.encode("description", record.description());
        block.putU16(VolumeRecordLayout.PATH_LENGTH, path.length);
        block.putU16(VolumeRecordLayout.DESCRIPTION_LENGTH, description.length);
        block.putBytes(STRINGS, path);
        block.putBytes(STRINGS + path.length, description);
        record.quarantine().ifPresent(quarantine -> putQuarantine(block, quarantine));
        record.state()
                .releaseReason()
                .ifPresent(reason -> {
                    byte[] text = StrictText.encode("releaseReason", reason);
                    block.putU16(VolumeRecordLayout.REASON_LENGTH, text.length);
                    block.putBytes(STRINGS + path.length + description.length, text);
                });
        return block;
    }

    /** The lowest version that can say it, so that older software reads what it can understand. */
    private static int version(VolumeState state) {
        for (Transition each : state.transitions()) {
            if (each.kind() == TransitionKind.FENCED && each.failureCode() != 0) {
                return VolumeRecordLayout.FENCE_VERSION;
            }
        }
        return state.quarantine().isPresent() || state.releaseReason().isPresent()
                ? VolumeRecordLayout.QUARANTINE_VERSION
                : VolumeRecordLayout.FORMAT_VERSION;
    }

    private static void putQuarantine(MetadataBlock block, Quarantine quarantine) {
        block.putI64(VolumeRecordLayout.QUARANTINE_HOST_ID, quarantine.hostId());
        block.putI64(VolumeRecordLayout.QUARANTINE_HOST_GENERATION, quarantine.hostGeneration());
    }

    /** Decodes a block whatever its state; all that can be wrong is thrown. */
    static Sequenced<VolumeRecord> decode(String what, MetadataBlock block)
            throws CorruptMetadataException, UnsupportedFormatException {
        block.require(what, VolumeRecordLayout.magic(), VolumeRecordLayout.FENCE_VERSION);
        try {
            return decodeFields(block);
        } catch (IllegalArgumentException e) {
            // The records' own checks, which also guard what is written, name field and value.
            throw new CorruptMetadataException(what + ": " + e.getMessage(), e);
        }
    }

    private static Sequenced<VolumeRecord> decodeFields(MetadataBlock block) {
        requireReservedZero(block);
        long writeSequence = block.u63("writeSequence", VolumeRecordLayout.WRITE_SEQUENCE);
        Checks.range("writeSequence", writeSequence, 1, Long.MAX_VALUE);
        long slotIndex = block.u32(VolumeRecordLayout.SLOT_INDEX);
        Checks.range("slotIndex", slotIndex, 1, DomainLayout.MAX_VOLUMES);
        UUID parentId = block.uuid(VolumeRecordLayout.PARENT_ID);
        int pathLength = block.u16(VolumeRecordLayout.PATH_LENGTH);
        int descriptionLength = block.u16(VolumeRecordLayout.DESCRIPTION_LENGTH);
        int reasonLength = block.u16(VolumeRecordLayout.REASON_LENGTH);
        int stringsEnd = STRINGS + pathLength + descriptionLength + reasonLength;
        Checks.range("pathLength", pathLength, 1, VolumeRecord.MAX_STRING_BYTES);
        Checks.range(
                "descriptionLength",
                descriptionLength,
                0,
                VolumeRecord.MAX_STRING_BYTES - pathLength);
        Checks.range(
                "reasonLength",
                reasonLength,
                0,
                VolumeRecord.MAX_STRING_BYTES - pathLength - descriptionLength);
        block.requireZero("area behind the strings", stringsEnd, MetadataBlock.CRC - stringsEnd);
        VolumeRecord record =
                new VolumeRecord(
                        (int) slotIndex,
                        block.uuid(VolumeRecordLayout.DOMAIN_ID),
                        block.uuid(VolumeRecordLayout.VOLUME_ID),
                        block.uuid(VolumeRecordLayout.IMAGE_ID),
                        parentId.equals(NONE) ? Optional.empty() : Optional.of(parentId),
                        block.u63("capacityBytes", VolumeRecordLayout.CAPACITY_BYTES),
                        Checks.byCode(
                                "format",
                                VolumeFormat.values(),
                                VolumeFormat::code,
                                block.u8(VolumeRecordLayout.FORMAT)),
                        Checks.byCode(
                                "allocation",
                                Allocation.values(),
                                Allocation::code,
                                block.u8(VolumeRecordLayout.ALLOCATION)),
                        new DataLocation(
                                Checks.byCode(
                                        "locationKind",
                                        DataLocation.Kind.values(),
                                        DataLocation.Kind::code,
                                        block.u8(VolumeRecordLayout.LOCATION_KIND)),
                                StrictText.decode("path", block.bytes(STRINGS, pathLength))),
                        Instant.ofEpochMilli(block.i64(VolumeRecordLayout.CREATED_MILLIS)),
                        StrictText.decode(
                                "description",
                                block.bytes(STRINGS + pathLength, descriptionLength)),
                        state(
                                block,
                                reasonLength == 0
                                        ? Optional.empty()
                                        : Optional.of(
                                                StrictText.decode(
                                                        "releaseReason",
                                                        block.bytes(
                                                                stringsEnd - reasonLength,
                                                                reasonLength)))));
        requireVersionOf(record.state(), block);
        return new Sequenced<>(record, writeSequence);
    }

    /** Each record has one spelling: what a version can say is never one of a higher. */
    private static void requireVersionOf(VolumeState state, MetadataBlock block) {
        int version = version(state);
        Checks.range("version", block.u32(MetadataBlock.VERSION), version, version);
    }

    private static void requireReservedZero(MetadataBlock block) {
        boolean first = isFirstVersion(block);
        int begin = first ? VolumeRecordLayout.REASON_LENGTH : VolumeRecordLayout.RESERVED;
        block.requireZero("reserved area", begin, VolumeRecordLayout.RESERVED_END - begin);
        if (first) {
            block.requireZero(
                    "reserved area",
                    VolumeRecordLayout.QUARANTINE_HOST_ID,
                    VolumeRecordLayout.QUARANTINE_BYTES);
        }
    }

    private static boolean isFirstVersion(MetadataBlock block) {
        return block.u32(MetadataBlock.VERSION) == VolumeRecordLayout.FORMAT_VERSION;
    }

    private static VolumeState state(MetadataBlock block, Optional<String> releaseReason) {
        return new VolumeState(
                block.u63("generation", VolumeRecordLayout.GENERATION),
                Checks.byCode(
                        "legality",
                        Legality.values(),
                        Legality::code,
                        block.u8(VolumeRecordLayout.LEGALITY)),
                activeJob(block),
                transitions(block),
                quarantine(block),
                releaseReason);
    }

    private static Optional<Quarantine> quarantine(MetadataBlock block) {
        if (block.isZero(
                VolumeRecordLayout.QUARANTINE_HOST_ID, VolumeRecordLayout.QUARANTINE_BYTES)) {
            return Optional.empty();
        }
        return Optional.of(
                new Quarantine(
                        block.u63("quarantine.hostId", VolumeRecordLayout.QUARANTINE_HOST_ID),
                        block.u63(
                                "quarantine.hostGeneration",
                                VolumeRecordLayout.QUARANTINE_HOST_GENERATION)));
    }

    private static void putActiveJob(MetadataBlock block, ActiveJob job) {
        block.putUuid(ACTIVE_JOB_ID, job.jobId());
        block.putI64(ACTIVE_HOST_ID, job.hostId());
        block.putI64(ACTIVE_HOST_GENERATION, job.hostGeneration());
        block.putI64(ACTIVE_START_MILLIS, job.start().toEpochMilli());
    }

    private static Optional<ActiveJob> activeJob(MetadataBlock block) {
        if (block.isZero(ACTIVE_JOB_ID, ACTIVE_BYTES)) {
            return Optional.empty();
        }
        // A zero job id with other bytes set is refused by the record's own check.
        return Optional.of(
                new ActiveJob(
                        block.uuid(ACTIVE_JOB_ID),
                        block.u63("activeJob.hostId", ACTIVE_HOST_ID),
                        block.u63("activeJob.hostGeneration", ACTIVE_HOST_GENERATION),
                        Instant.ofEpochMilli(block.i64(ACTIVE_START_MILLIS))));
    }

    private static void putTransition(MetadataBlock block, int at, Transition transition) {
        block.putI64(
                at + VolumeRecordLayout.TRANSITION_FROM_GENERATION, transition.fromGeneration());
        block.putI64(
                at + VolumeRecordLayout.TRANSITION_TIME_MILLIS, transition.time().toEpochMilli());
        block.putUuid(at + VolumeRecordLayout.TRANSITION_JOB_ID, transition.jobId());
        block.putU32(at + VolumeRecordLayout.TRANSITION_HOST_ID, transition.hostId());
        block.putU8(at + VolumeRecordLayout.TRANSITION_KIND, transition.kind().code());
        block.putU16(at + VolumeRecordLayout.TRANSITION_FAILURE_CODE, transition.failureCode());
    }

    private static List<Transition> transitions(MetadataBlock block) {
        List<Transition> found = new ArrayList<>(VolumeState.MAX_TRANSITIONS);
        for (int i = 0; i < VolumeState.MAX_TRANSITIONS; i++) {
            int at = TRANSITIONS + i * TRANSITION_BYTES;
            if (block.u8(at + VolumeRecordLayout.TRANSITION_KIND) == 0) {
                // The end of the list: nothing may follow.
                int rest = (VolumeState.MAX_TRANSITIONS - i) * TRANSITION_BYTES;
                block.requireZero("unused transition " + i + " or one behind it", at, rest);
                break;
            }
            block.requireZero("transition " + i, at + VolumeRecordLayout.TRANSITION_RESERVED, 1);
            found.add(transition(block, at));
        }
        return found;
    }

    private static Transition transition(MetadataBlock block, int at) {
        return new Transition(
                block.u63(
                        "transition.fromGeneration",
                        at + VolumeRecordLayout.TRANSITION_FROM_GENERATION),
                Checks.byCode(
                        "transition.kind",
                        isFirstVersion(block) ? KINDS_OF_VERSION_1 : TransitionKind.values(),
                        TransitionKind::code,
                        block.u8(at + VolumeRecordLayout.TRANSITION_KIND)),
                block.uuid(at + VolumeRecordLayout.TRANSITION_JOB_ID),
                block.u32(at + VolumeRecordLayout.TRANSITION_HOST_ID),
                Instant.ofEpochMilli(block.i64(at + VolumeRecordLayout.TRANSITION_TIME_MILLIS)),
                block.u16(at + VolumeRecordLayout.TRANSITION_FAILURE_CODE));
    }
}
