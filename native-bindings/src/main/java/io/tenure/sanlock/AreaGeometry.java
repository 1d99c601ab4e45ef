package io.tenure.sanlock;

import io.tenure.bindings.internal.FixedString;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.util.Set;

/**
 * What sanlock accepts as names, places and sizes. The source is {@code sanlock.h} and the list of
 * sector and area sizes in {@code sanlock_admin.h}.
 *
 * <p>The flags for sizes have the same values for lockspaces and resources.
 */
final class AreaGeometry {
    /**
     * One byte less than the header allows: without a NUL at the end, the daemon's list of held
     * leases runs on into the next field, and a version of 32 or 58 becomes a space or a colon in
     * it.
     */
    static final int MAX_NAME_BYTES = SanlockConstants.SANLK_NAME_LEN - 1;

    private static final int MIB = 1 << 20;
    private static final Set<Integer> ALIGN_MEBIBYTES_4K = Set.of(1, 2, 4, 8);

    private AreaGeometry() {}

    /** How many hosts an area has room for; refuses sizes that sanlock does not have. */
    static int maxHosts(int sectorBytes, int alignBytes) {
        if (sectorBytes == 512 && alignBytes == MIB) {
            return 2000;
        }
        int alignMebibytes = alignBytes / MIB;
        boolean possible = alignBytes % MIB == 0 && ALIGN_MEBIBYTES_4K.contains(alignMebibytes);
        if (sectorBytes == 4096 && possible) {
            return 250 * alignMebibytes;
        }
        throw new IllegalArgumentException(
                "sectors of "
                        + sectorBytes
                        + " bytes with areas of "
                        + alignBytes
                        + " bytes are not possible: sanlock has 512 with 1 MiB,"
                        + " and 4096 with 1, 2, 4 or 8 MiB");
    }

    static int flags(int sectorBytes, int alignBytes) {
        int sector =
                sectorBytes == 512
                        ? SanlockConstants.SANLK_RES_SECTOR512
                        : SanlockConstants.SANLK_RES_SECTOR4K;
        return sector | alignBytes / MIB * SanlockConstants.SANLK_RES_ALIGN1M;
    }

    static int sectorBytes(int flags) {
        return (flags & SanlockConstants.SANLK_RES_SECTOR4K) != 0 ? 4096 : 512;
    }

    static int alignBytes(int flags) {
        int mebibytes = (flags & 0xF0) / SanlockConstants.SANLK_RES_ALIGN1M;
        return mebibytes * MIB;
    }

    /**
     * Refuses names that would be cut off, or that {@link HeldLeaseParser} could not tell apart.
     */
    static void checkName(String what, String name) {
        checkLength(what, name, 1);
        if (containsAnyOf(" :\\", name)) {
            throw new IllegalArgumentException(
                    what + " must not contain a space, ':' or '\\': \"" + name + '"');
        }
    }

    static void checkLength(String what, String name, int minBytes) {
        int bytes = FixedString.encode(name).length;
        if (bytes < minBytes || bytes > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    what
                            + " must have "
                            + minBytes
                            + " to "
                            + MAX_NAME_BYTES
                            + " bytes, not "
                            + bytes
                            + ": \""
                            + name
                            + '"');
        }
    }

    /**
     * Refuses places that sanlock would misread. With a space in a path the daemon acquires, but
     * then answers -ELIBSCN when asked what is held; a backslash it gives back unescaped.
     */
    static void checkPlace(String path, long offsetBytes, int sectorBytes, int alignBytes) {
        maxHosts(sectorBytes, alignBytes);
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "the path must be absolute, as the daemon has another working directory: "
                            + path);
        }
        if (containsAnyOf(" \\", path)) {
            throw new IllegalArgumentException(
                    "the path must not contain a space or '\\', sanlock cannot list such leases: "
                            + path);
        }
        long colons = path.chars().filter(c -> c == ':').count();
        long bytes = FixedString.encode(path).length + colons;
        if (bytes >= SanlockConstants.SANLK_PATH_LEN) {
            throw new IllegalArgumentException(
                    "the path has "
                            + bytes
                            + " bytes (':' counts twice), sanlock takes at most "
                            + (SanlockConstants.SANLK_PATH_LEN - 1)
                            + ": "
                            + path);
        }
        if (offsetBytes < 0 || offsetBytes % alignBytes != 0) {
            throw new IllegalArgumentException(
                    "the offset must be a multiple of the area size "
                            + alignBytes
                            + ", not "
                            + offsetBytes);
        }
    }

    /** An io_timeout of 0 would mean the daemon's default, which differs between hosts. */
    static void checkIoTimeout(int ioTimeoutSeconds) {
        if (ioTimeoutSeconds < 1 || ioTimeoutSeconds > SanlockTimeouts.MAX_IO_TIMEOUT_SECONDS) {
            throw new IllegalArgumentException(
                    "io_timeout must be 1 to "
                            + SanlockTimeouts.MAX_IO_TIMEOUT_SECONDS
                            + " seconds, not "
                            + ioTimeoutSeconds);
        }
    }

    private static boolean containsAnyOf(String characters, String text) {
        return text.chars().anyMatch(c -> characters.indexOf(c) >= 0);
    }
}
