package io.tenure.format;

/** Whether a volume's data may be used. */
public enum Legality {
    /** The data is what the last completed job left. On storage: 1. */
    LEGAL(1),
    /** A job is, or was, changing the data: its content is not defined. On storage: 2. */
    ILLEGAL(2),
    /**
     * A tombstone: the volume was deleted, its slot is free for another volume. It tells how the
     * delete job ended until the slot is used again. On storage: 3.
     */
    REMOVED(3);

    private final int code;

    Legality(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
