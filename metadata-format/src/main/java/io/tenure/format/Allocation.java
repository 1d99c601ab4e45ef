package io.tenure.format;

/** Whether a volume owns the space for its whole capacity from the beginning. */
public enum Allocation {
    /** Space is taken when data is written. On storage: 1. */
    SPARSE(1),
    /** Space for the whole capacity is taken when the volume is made. On storage: 2. */
    PREALLOCATED(2);

    private final int code;

    Allocation(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
