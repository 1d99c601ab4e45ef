package io.tenure.sanlock;

/**
 * The version of a daemon.
 *
 * @param major the first number
 * @param minor the second
 * @param patch the third
 * @param protocol the version of the protocol between library and daemon
 */
public record SanlockVersion(int major, int minor, int patch, int protocol) {

    static SanlockVersion of(int version, int protocol) {
        return new SanlockVersion(
                version >>> 24, version >>> 16 & 0xFF, version >>> 8 & 0xFF, protocol);
    }

    /** Such as {@code 3.8.5}. */
    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
