package io.tenure.io.buffer;

import io.tenure.bindings.libc.MappedRegion;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks whether buffers got the huge pages that were asked for, and says so once when they did not:
 * on small pages a request is cut into thousands of pieces, and a copy may take twice as long.
 */
final class HugePages {
    /** One sum over all memory of the process, see proc(5): a millisecond, once. */
    private static final Path SUMS = Path.of("/proc/self/smaps_rollup");

    private static final String FIELD = "AnonHugePages:";

    /** What is smaller is not put on huge pages, see {@link MappedRegion}. */
    private static final long HUGE_PAGE_BYTES = 2L << 20;

    private static final AtomicBoolean LOOKED = new AtomicBoolean();

    private HugePages() {}

    /** Looks, the first time a region is large enough. */
    static void look(MappedRegion region) {
        long bytes = region.segment().byteSize();
        if (bytes < HUGE_PAGE_BYTES || !LOOKED.compareAndSet(false, true)) {
            return;
        }
        long hugeBytes = region.hugePagesAdvised() ? hugeBytes() : 0;
        // What does not fill a huge page lies on small ones in any case.
        if (hugeBytes < (bytes & -HUGE_PAGE_BYTES)) {
            System.getLogger("io.tenure.io")
                    .log(
                            Level.WARNING,
                            "{0} of {1} MiB of buffers lie on huge pages, and copies may take twice"
                                    + " as long: see /sys/kernel/mm/transparent_hugepage/enabled,"
                                    + " which should say madvise or always, or free some memory",
                            hugeBytes >> 20,
                            bytes >> 20);
        }
    }

    private static long hugeBytes() {
        try {
            return hugeBytes(Files.readString(SUMS, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Long.MAX_VALUE; // before Linux 4.14, or no /proc: nothing is known to be wrong
        }
    }

    /** The sum of all huge pages, from the text of the file. */
    static long hugeBytes(String sums) {
        for (String line : sums.split("\n", -1)) {
            if (line.startsWith(FIELD)) {
                String kibibytes = line.substring(FIELD.length(), line.length() - "kB".length());
                return Long.parseLong(kibibytes.strip()) << 10;
            }
        }
        return Long.MAX_VALUE;
    }
}
