package io.tenure.jobs.matrix;

import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What storage holds at one moment, read past everything that can fail. */
final class Truth {
    private final JobKind kind;
    private final UUID job;
    private final @Nullable VolumeRecord record;
    private final byte @Nullable [] data;

    /**
     * Keeps what was read.
     *
     * @param kind the kind of job that was cut off
     * @param job its name
     * @param record the volume's record; null if there is no such volume
     * @param data all bytes behind the volume; null if there are none
     */
    Truth(JobKind kind, UUID job, @Nullable VolumeRecord record, byte @Nullable [] data) {
        this.kind = kind;
        this.job = job;
        this.record = record;
        this.data = data;
    }

    @Nullable VolumeRecord record() {
        return record;
    }

    private List<Transition> leaving() {
        VolumeRecord known = record;
        return known == null
                ? List.of()
                : known.transitions().stream()
                        .filter(each -> each.fromGeneration() == kind.expectedGeneration())
                        .filter(each -> each.kind().bumpsGeneration())
                        .toList();
    }

    /** Whether the generation that the job was to find was left by the job. */
    boolean isCommitted() {
        return leaving().stream()
                .anyMatch(each -> each.jobId().equals(job) && each.kind() != TransitionKind.FENCED);
    }

    /** Whether it was closed without the job. */
    boolean isFenced() {
        return leaving().stream().anyMatch(each -> each.kind() == TransitionKind.FENCED);
    }

    /** How often that generation was left, which is once at most. */
    int timesLeft() {
        return leaving().size();
    }

    boolean isLegal() {
        return record != null && record.legality() == Legality.LEGAL;
    }

    boolean isRemoved() {
        return record != null && record.legality() == Legality.REMOVED;
    }

    boolean isQuarantined() {
        return record != null && record.quarantine().isPresent();
    }

    /** Whether the record says the same of the volume as at another moment. */
    boolean sameRecord(Truth other) {
        return Objects.equals(record, other.record);
    }

    /** Whether the volume's bytes, as far as the record counts them, are the same. */
    boolean sameData(Truth other) {
        VolumeRecord known = record;
        byte[] mine = data;
        byte[] others = other.data;
        if (known == null || mine == null || others == null || isRemoved()) {
            return Arrays.equals(mine, others);
        }
        int length = (int) Math.min(known.capacityBytes(), mine.length);
        return others.length >= length && Arrays.equals(mine, 0, length, others, 0, length);
    }

    /** Whether all bytes behind the volume are the same. */
    boolean sameBytes(Truth other) {
        return Arrays.equals(data, other.data);
    }

    /** Whether a part of the data is as given. */
    boolean holds(int from, byte[] expected) {
        return data != null
                && data.length >= from + expected.length
                && Arrays.equals(data, from, from + expected.length, expected, 0, expected.length);
    }

    /** In a few words. */
    String words() {
        VolumeRecord known = record;
        if (known == null) {
            return "no volume";
        }
        return "generation "
                + known.generation()
                + ", "
                + known.legality()
                + (isCommitted() ? ", committed" : "")
                + (isFenced() ? ", fenced" : "")
                + (known.activeJob().isPresent() ? ", names a job" : "")
                + (isQuarantined() ? ", quarantine" : "");
    }
}
