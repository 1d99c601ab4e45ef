package io.tenure.io.copy;

/**
 * Whether the file system may do the copy by itself: the destination then shares the source's
 * storage, and only what is written later gets storage of its own (FICLONERANGE, see
 * ioctl_ficlonerange(2)). Two files on one XFS or btrfs can; block devices cannot.
 */
public enum Offload {
    /** The data goes through buffers, and the destination has storage of its own. */
    NEVER,
    /**
     * Shared where the file system can, else copied. Copied too where a {@link CopyPlan.Check} is
     * asked for, because that reads the data anyway, or a preallocated destination, which has to
     * have storage of its own.
     */
    AUTO,
    /**
     * Shared, or the copy fails before anything is written. No {@link CopyPlan.Check} and no
     * preallocation go with it.
     */
    ALWAYS
}
