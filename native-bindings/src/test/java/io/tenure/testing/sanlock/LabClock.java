package io.tenure.testing.sanlock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The clock of one host's processes: the preloaded {@code clock.c} and the file that it reads.
 *
 * <p>The clock of a suspended host is corrected just before its processes go on: while none of them
 * runs, so that none sees it change. What passes between the suspension of the first and of the
 * last counts.
 */
final class LabClock {
    /** More would leave a daemon too little real time for its renewals. */
    static final int MAX_FACTOR = 10;

    private static final int FILE_BYTES = 24;
    private static final int STOOD_OFFSET = 16;

    private final Path library;
    private final Path file;
    private long stoodNanos;
    private long suspendedSinceNanos;

    /**
     * Makes a clock that shows what the machine's does, and from now on runs faster.
     *
     * @param library clock.c, compiled
     * @param file to be written
     * @param factor how many times faster
     */
    LabClock(Path library, Path file, int factor) throws IOException {
        this.library = library;
        this.file = file;
        ByteBuffer page = ByteBuffer.allocate(FILE_BYTES).order(ByteOrder.nativeOrder());
        page.putLong(System.nanoTime()).putLong(factor).putLong(stoodNanos).flip();
        write(page, 0);
    }

    static int checkFactor(int factor) {
        if (factor < 1 || factor > MAX_FACTOR) {
            throw new IllegalArgumentException(
                    "time cannot pass " + factor + " times faster, only 1 to " + MAX_FACTOR);
        }
        return factor;
    }

    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "TENURE_LAB_CLOCK", file.toString());
    }

    void suspended() {
        suspendedSinceNanos = System.nanoTime();
    }

    void resuming() throws IOException {
        stoodNanos += System.nanoTime() - suspendedSinceNanos;
        ByteBuffer stood = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        write(stood.putLong(stoodNanos).flip(), STOOD_OFFSET);
    }

    private void write(ByteBuffer bytes, int offset) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            channel.write(bytes, offset);
        }
    }
}
