package io.tenure.format;

/**
 * Neither place of the superblock holds Tenure's magic: this is not a storage domain of Tenure.
 *
 * <p>Told apart from a damaged domain, so that a wrong path gets a message about the path.
 */
public final class NotTenureDomainException extends CorruptMetadataException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was found instead of the magic
     */
    public NotTenureDomainException(String message) {
        super(message);
    }
}
