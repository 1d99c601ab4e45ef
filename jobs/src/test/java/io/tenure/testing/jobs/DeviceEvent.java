package io.tenure.testing.jobs;

import java.nio.file.Path;

/**
 * An operation on a device that jobs have opened.
 *
 * @param path the device, as it was opened
 * @param kind what is done
 * @param offsetBytes where; 0 for a flush or a close
 * @param lengthBytes how much; 0 for a flush or a close
 */
public record DeviceEvent(Path path, Kind kind, long offsetBytes, long lengthBytes) {
    /** The operations that can be watched and broken. */
    public enum Kind {
        /** A read. */
        READ,
        /** A write. */
        WRITE,
        /** A range is zeroed. */
        ZERO,
        /** A range is discarded. */
        DISCARD,
        /** A flush. */
        FLUSH,
        /** The device is closed. */
        CLOSE
    }

    /**
     * Whether this is one kind of operation on one device.
     *
     * @param device the device
     * @param wanted the kind
     * @return true if it is
     */
    public boolean is(Path device, Kind wanted) {
        return kind == wanted && path.equals(device);
    }

    /**
     * Whether this changes what is on the device.
     *
     * @return true for writes, zeroes and discards
     */
    public boolean changesData() {
        return kind == Kind.WRITE || kind == Kind.ZERO || kind == Kind.DISCARD;
    }
}
