package io.tenure.format;

/** How a volume left a generation, or that a job failed in it. */
public enum TransitionKind {
    /** A job did its work; generation + 1. On storage: 1. */
    COMPLETED(1, true),
    /** A job gave up; the generation stays, and so does the volume's legality. On storage: 2. */
    FAILED(2, false),
    /**
     * The generation was left without work, so that a job that expects it can never run; generation
     * + 1. Keeps what had become of that job. On storage: 3.
     */
    FENCED(3, true),
    /** The volume's metadata was changed without touching data; generation + 1. On storage: 4. */
    UPDATED(4, true),
    /**
     * A person ended the volume's quarantine, for the reason that stands in the record; generation
     * + 1. On storage: 5, from format version 2 on.
     */
    RELEASED(5, true);

    private final int code;
    private final boolean bump;

    TransitionKind(int code, boolean bump) {
        this.code = code;
        this.bump = bump;
    }

    /**
     * Tells whether this kind of transition raises the generation by one.
     *
     * @return true for all kinds but {@link #FAILED}
     */
    public boolean bumpsGeneration() {
        return bump;
    }

    int code() {
        return code;
    }
}
