package io.tenure.io;

/** What may become of the storage behind a range that is made to read as zero. */
public enum Zeroing {
    /** The device may give the storage back: a file gets a hole, a thin device unmaps. */
    MAY_DEALLOCATE,
    /** The storage stays reserved, so that a later write into the range cannot run out of space. */
    KEEP_ALLOCATED
}
