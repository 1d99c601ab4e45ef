package io.tenure.domain;

import java.io.IOException;

/**
 * What was asked for makes no sense as it stands, whatever the storage holds: a size that is not a
 * multiple of the sector, a pair of sector and alignment that does not exist. Nothing was changed.
 */
public final class InvalidRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was wrong, on what, and what would be right
     */
    public InvalidRequestException(String message) {
        super(message);
    }

    /**
     * Creates the exception from the check that refused a value.
     *
     * @param refused says what was wrong
     */
    public InvalidRequestException(IllegalArgumentException refused) {
        super(refused.getMessage(), refused);
    }
}
