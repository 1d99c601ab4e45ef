package io.tenure.bindings.internal;

import java.util.Locale;

/** Which machines the bindings are written for: constants and layouts differ between others. */
public enum Platform {
    /** Linux on x86-64. */
    LINUX_X86_64,
    /** Linux on 64-bit ARM. */
    LINUX_AARCH64,
    /** Anything else: classes load, but nothing is linked. */
    UNSUPPORTED;

    private static final Platform CURRENT =
            of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));

    /**
     * The machine we run on.
     *
     * @return its platform
     */
    public static Platform current() {
        return CURRENT;
    }

    /**
     * Why nothing can be linked here.
     *
     * @return the reason; empty on a supported machine
     */
    public static String problem() {
        if (CURRENT != UNSUPPORTED) {
            return "";
        }
        return "the native bindings are for Linux on x86_64 and aarch64, and this is "
                + System.getProperty("os.name")
                + " on "
                + System.getProperty("os.arch");
    }

    static Platform of(String osName, String architecture) {
        if (!osName.equals("Linux")) {
            return UNSUPPORTED;
        }
        return switch (architecture.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> LINUX_X86_64;
            case "aarch64", "arm64" -> LINUX_AARCH64;
            default -> UNSUPPORTED;
        };
    }
}
