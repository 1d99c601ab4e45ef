package io.tenure.domain;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.DomainLayout;
import io.tenure.format.NotTenureDomainException;
import io.tenure.format.RecordCopy;
import io.tenure.io.BlockDevice;
import java.io.IOException;

/** Looks whether a device is the control area of a domain, before something else is put there. */
public final class DomainProbe {
    private static final long SMALLEST_BYTES =
            DomainLayout.superblockOffset(RecordCopy.B) + ControlArea.ALIGNMENT_BYTES;

    private DomainProbe() {}

    /**
     * Makes sure that a device is no control area. Changes nothing.
     *
     * @param device an open device
     * @throws RefusedException if it is one, or seems to be a damaged one
     * @throws io.tenure.format.UnsupportedFormatException if it is one of a newer version
     * @throws IOException if it could not be read
     */
    public static void requireNoDomain(BlockDevice device) throws IOException {
        if (device.geometry().sizeBytes() < SMALLEST_BYTES) {
            return;
        }
        try {
            StorageDomain.readSuperblock(device);
        } catch (NotTenureDomainException e) {
            return;
        } catch (CorruptMetadataException e) {
            throw new RefusedException(
                    device.name()
                            + " seems to hold a damaged storage domain ("
                            + e.getMessage()
                            + "); wipe its first MiB if it may be lost");
        }
        throw new RefusedException(
                device.name() + " holds a storage domain already; it was left as it is");
    }
}
