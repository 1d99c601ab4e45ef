package io.tenure.format;

/**
 * Where a volume's data lies.
 *
 * @param kind how {@code path} is to be taken
 * @param path names separated by single slashes, in the one spelling without {@code .}, {@code ..}
 *     or a slash at the end; relative to the domain's directory for {@link Kind#FILE}, absolute for
 *     {@link Kind#DEVICE}; without NUL. Its UTF-8 bytes share {@link VolumeRecord#MAX_STRING_BYTES}
 *     with the description
 */
public record DataLocation(Kind kind, String path) {
    /** How a location's path is to be taken. */
    public enum Kind {
        /** A file; the path is relative to the domain's directory. On storage: 1. */
        FILE(1),
        /** A block device; the path is absolute. On storage: 2. */
        DEVICE(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /**
     * Checks the path.
     *
     * @throws IllegalArgumentException if the path is of the other kind, could leave the domain's
     *     directory, is empty, or is not valid text
     */
    public DataLocation {
        boolean absolute = path.startsWith("/");
        if (absolute != (kind == Kind.DEVICE)) {
            throw new IllegalArgumentException(
                    "path is \""
                            + path
                            + "\": must be "
                            + (absolute ? "relative" : "absolute")
                            + " for a "
                            + kind);
        }
        StrictText.encode("path", path);
        // -1 keeps empty names at the end, so that a trailing slash is seen.
        for (String name : (absolute ? path.substring(1) : path).split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw new IllegalArgumentException(
                        "path is \"" + path + "\": must not have a name that is \"" + name + "\"");
            }
        }
    }

    /**
     * A file of the domain.
     *
     * @param relativePath the path relative to the domain's directory
     * @return the location
     * @throws IllegalArgumentException if the path is absolute or could leave the directory
     */
    public static DataLocation file(String relativePath) {
        return new DataLocation(Kind.FILE, relativePath);
    }

    /**
     * A block device.
     *
     * @param absolutePath the device's path; one that every host knows it by
     * @return the location
     * @throws IllegalArgumentException if the path is not absolute
     */
    public static DataLocation device(String absolutePath) {
        return new DataLocation(Kind.DEVICE, absolutePath);
    }
}
