package io.tenure.domain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Random ids for volumes, domains, jobs and grants, made by the kernel.
 *
 * <p>The JVM's own generator, {@link UUID#randomUUID}, gives ids that are as good, but loads the
 * security providers for it: 12 ms and 20 ms of CPU time in a process that has just begun, which is
 * a tenth of a small job.
 */
public final class RandomId {
    /** Each reading gives another random (version 4) UUID, see random(4). */
    private static final Path KERNEL = Path.of("/proc/sys/kernel/random/uuid");

    private RandomId() {}

    /**
     * Makes an id. Any thread may call this.
     *
     * @return a random (version 4) UUID
     */
    public static UUID next() {
        try {
            return UUID.fromString(Files.readString(KERNEL, StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            return UUID.randomUUID(); // there is no /proc
        }
    }
}
