package io.tenure.jobs.op;

import io.tenure.io.copy.CopyPlan;
import io.tenure.io.copy.CopyTarget;
import io.tenure.io.copy.CopyTuning;
import io.tenure.io.copy.Offload;
import io.tenure.jobs.IoPriority;
import java.util.Objects;

/**
 * How data is moved.
 *
 * @param tuning how requests are made. What a job takes of memory is their number times their size
 * @param target what is known of the destination, and what may become of its storage. Whatever is
 *     said here, a file that the job itself makes is known to read as zero, and a preallocated
 *     volume keeps its storage
 * @param check what is made sure of before the commit
 * @param ioPriority the I/O priority of the work
 */
public record CopySettings(
        CopyTuning tuning, CopyTarget target, CopyPlan.Check check, IoPriority ioPriority) {
    /** Measured to be enough for the devices tried, and small enough to run many jobs at once. */
    public static final CopySettings DEFAULT =
            new CopySettings(
                    CopyTuning.DEFAULT, CopyTarget.DEFAULT, CopyPlan.Check.NONE, IoPriority.NONE);

    /** Checks that the parts go together. */
    public CopySettings {
        Objects.requireNonNull(tuning);
        Objects.requireNonNull(target);
        Objects.requireNonNull(ioPriority);
        if (target.offload() == Offload.ALWAYS && check != CopyPlan.Check.NONE) {
            throw new IllegalArgumentException(
                    "nothing is read when storage is shared, so that nothing can be checked");
        }
    }

    /**
     * What the job's buffers take of memory.
     *
     * @return bytes
     */
    public long bufferBytes() {
        return (long) tuning.requestBytes() * tuning.depth();
    }

    /**
     * These settings with another way of making requests.
     *
     * @param how how requests are made
     * @return the new settings
     */
    public CopySettings withTuning(CopyTuning how) {
        return new CopySettings(how, target, check, ioPriority);
    }

    /**
     * These settings for another kind of target.
     *
     * @param kind what is known of the destination
     * @return the new settings
     */
    public CopySettings withTarget(CopyTarget kind) {
        return new CopySettings(tuning, kind, check, ioPriority);
    }

    /**
     * These settings with another check.
     *
     * @param what what is made sure of
     * @return the new settings
     */
    public CopySettings withCheck(CopyPlan.Check what) {
        return new CopySettings(tuning, target, what, ioPriority);
    }

    /**
     * These settings at another I/O priority.
     *
     * @param priority the priority
     * @return the new settings
     */
    public CopySettings withIoPriority(IoPriority priority) {
        return new CopySettings(tuning, target, check, priority);
    }
}
