package io.tenure.jobs;

/**
 * How far a job's work has come. Both numbers only grow.
 *
 * @param bytesDone bytes of the destination that are settled: copied, zeroed or known to be zero
 * @param bytesTotal bytes to settle; 0 before the work has begun
 */
public record JobProgress(long bytesDone, long bytesTotal) {
    /** Before the work has begun. */
    public static final JobProgress NONE = new JobProgress(0, 0);

    /**
     * The share that is done.
     *
     * @return 0 to 1; 0 before the work has begun
     */
    public double fraction() {
        return bytesTotal == 0 ? 0 : (double) bytesDone / bytesTotal;
    }
}
