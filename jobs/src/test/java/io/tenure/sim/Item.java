package io.tenure.sim;

import io.tenure.jobs.Job;
import io.tenure.jobs.op.DiscardVolume;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.jobs.op.ZeroVolume;
import io.tenure.recon.SettleVolume;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a host is to do once: a job on the one volume there is.
 *
 * @param number 1 or more, of its own in a schedule
 * @param kind what it does
 * @param expected the generation that its scheduler has read; -1 if it compares none
 * @param target for a fence: the number of the job that is to be fenced off
 */
record Item(int number, Kind kind, long expected, int target) {
    /** What a job does. */
    enum Kind {
        /** Writes its number all over the volume, requests in flight beside each other. */
        STAMP,
        /** The protocol's own job that zeroes. */
        ZERO,
        /** The protocol's own job that gives the storage back; what is there then nobody knows. */
        DISCARD,
        /** The protocol's own job that changes the description. */
        UPDATE,
        /** Closes a generation. */
        FENCE,
        /** Finds out what became of a job, and closes its generation. */
        RECON,
        /** Finds out what became of a job, and changes nothing. */
        LOOK,
        /** The protocol's own job that records what is known. */
        SETTLE
    }

    static final UUID VOLUME_ID = new UUID(0xF0, 1);

    UUID jobId() {
        return jobId(number);
    }

    static UUID jobId(int number) {
        return new UUID(0xA0, number);
    }

    boolean writesData() {
        return kind == Kind.STAMP || kind == Kind.ZERO || kind == Kind.DISCARD;
    }

    /** Whether it asks what became of another. */
    boolean asks() {
        return kind == Kind.RECON || kind == Kind.LOOK;
    }

    /** Whether it leaves the generation as it is, and decides by the record whether it writes. */
    boolean decides() {
        return asks() || kind == Kind.SETTLE;
    }

    /** Whether it is not to run while a host may still have writes under way. */
    boolean awaitsQuarantine() {
        return kind != Kind.UPDATE && !decides();
    }

    /** Whether the volume is LEGAL once this has been committed. */
    boolean leavesLegal() {
        return kind != Kind.DISCARD;
    }

    /** What is in every sector of the volume once this has been committed. */
    byte[] content() {
        return kind == Kind.STAMP ? stamp(number) : SimStorage.ZEROES;
    }

    static byte[] stamp(int number) {
        byte[] stamp = new byte[SimStorage.SECTOR_BYTES];
        Arrays.fill(stamp, (byte) number);
        return stamp;
    }

    /** The job, for one run. */
    Job job(SimHost host) {
        @Nullable Long compared =
                expected < 0 || host.world.mutation == Mutation.GENERATION_NOT_COMPARED
                        ? null
                        : Long.valueOf(expected);
        return switch (kind) {
            case STAMP -> new StampVolume(this, host, compared);
            case ZERO ->
                    new ZeroVolume(
                            jobId(),
                            host.domain,
                            VOLUME_ID,
                            compared,
                            ZeroVolume.Discard.NONE,
                            ZeroSettings.DEFAULT);
            case DISCARD ->
                    new DiscardVolume(
                            jobId(), host.domain, VOLUME_ID, compared, ZeroSettings.DEFAULT);
            case UPDATE ->
                    new UpdateVolume(jobId(), host.domain, VOLUME_ID, compared, "by " + number);
            case FENCE -> new FenceVolume(this, host, compared);
            case SETTLE -> new SettleVolume(jobId(), host.domain, VOLUME_ID);
            case RECON, LOOK -> throw new IllegalStateException("no job of its own");
        };
    }

    @Override
    public String toString() {
        return "job "
                + number
                + " ("
                + kind
                + (target > 0 ? " of job " + target : "")
                + (expected < 0 ? ")" : " at generation " + expected + ")");
    }
}
