package io.tenure.format;

import java.util.Objects;

/**
 * A copy that is not what the last writes should have left there, while the other copy is valid.
 *
 * <p>The usual cause is a write that was cut off: the valid copy is then the state before it. A
 * write that had been reported as done can also be lost so, if storage failed; which of the two it
 * was, the bytes do not tell.
 *
 * @param copy which of the two
 * @param problem what is wrong with it, for people
 */
public record DamagedCopy(RecordCopy copy, String problem) {
    /** Checks that nothing is null. */
    public DamagedCopy {
        Objects.requireNonNull(copy, "copy");
        Objects.requireNonNull(problem, "problem");
    }
}
