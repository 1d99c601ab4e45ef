package io.tenure.format;

/** How a volume's data is to be read. */
public enum VolumeFormat {
    /** The bytes of the disk, one to one. On storage: 1. */
    RAW(1);

    private final int code;

    VolumeFormat(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
