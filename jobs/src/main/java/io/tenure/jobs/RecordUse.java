package io.tenure.jobs;

/** What a job does to the record of its volume. */
public enum RecordUse {
    /** Reads it at most: exporting. No record write. */
    NONE,
    /**
     * Looks at the record under the lease, and decides by it whether to change it: finding out what
     * became of a job. At most one record write; while none is needed, the lease is not signed
     * either. A write of another's that was cut off between its copies is finished.
     */
    DECIDES,
    /** Makes the volume: no record stands there before the commit. One record write. */
    CREATES,
    /** Changes the record alone, or ends the volume with it. One write. */
    UPDATES,
    /**
     * Writes beside the volume's own bytes: the record names the job meanwhile, and its legality
     * stays as it is, also when the job fails or is cut off. Two writes.
     */
    ADJOINS,
    /** Rewrites the data: ILLEGAL in between. Two writes. */
    REWRITES
}
