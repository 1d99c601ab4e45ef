package io.tenure.format;

/** One of the two places where a record is kept; writes alternate between them. */
public enum RecordCopy {
    /** The first place; gets a record's first write. */
    A,
    /** The second place. */
    B;

    /**
     * Returns the other place.
     *
     * @return B for A, A for B
     */
    public RecordCopy other() {
        return this == A ? B : A;
    }
}
