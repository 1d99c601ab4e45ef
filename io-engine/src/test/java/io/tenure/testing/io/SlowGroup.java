package io.tenure.testing.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A control group whose processes write slowly to one device. Works with the blkio controller of
 * version 1 and the io controller of version 2. Needs root.
 */
public final class SlowGroup implements AutoCloseable {
    private static final Path VERSION_1 = Path.of("/sys/fs/cgroup/blkio");
    private static final Path VERSION_2 = Path.of("/sys/fs/cgroup");
    private static final String WHERE =
            "no device can be slowed down here: this needs root and the blkio controller of control"
                    + " groups version 1, or the io controller of version 2";

    private final Path group;

    private SlowGroup(Path group) {
        this.group = group;
    }

    /**
     * Whether this machine can slow a device down.
     *
     * @return what is missing; empty if it can
     */
    public static String problem() {
        return isVersion1() || isVersion2() ? "" : WHERE;
    }

    /**
     * Creates a group without processes.
     *
     * @param device a block device
     * @param bytesPerSecond how much its processes write to it in a second
     * @param operationsPerSecond how many writes, discards and flushes they make in a second
     * @return the group; the caller closes it, after its processes have ended
     * @throws IOException it cannot be created
     */
    public static SlowGroup create(Path device, int bytesPerSecond, int operationsPerSecond)
            throws IOException {
        String number =
                Files.readString(Path.of("/sys/block", device.getFileName().toString(), "dev"))
                        .strip();
        Path root = isVersion1() ? VERSION_1 : VERSION_2;
        Path group =
                root.resolve(
                        "tenure-test-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + number.replace(':', '.'));
        Files.createDirectory(group);
        try {
            if (isVersion1()) {
                limit(group, "blkio.throttle.write_bps_device", number + " " + bytesPerSecond);
                limit(
                        group,
                        "blkio.throttle.write_iops_device",
                        number + " " + operationsPerSecond);
            } else {
                enable();
                limit(
                        group,
                        "io.max",
                        number + " wbps=" + bytesPerSecond + " wiops=" + operationsPerSecond);
            }
        } catch (IOException e) {
            Files.delete(group);
            throw e;
        }
        return new SlowGroup(group);
    }

    /**
     * Puts a process into the group.
     *
     * @param pid its number; also its threads
     * @throws IOException it cannot be put there
     */
    public void add(long pid) throws IOException {
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
    }

    /**
     * Deletes the group. A second call does nothing.
     *
     * @throws IOException a process of it still runs
     */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(group);
    }

    private static boolean isVersion1() {
        return Files.isWritable(VERSION_1.resolve("cgroup.procs"));
    }

    private static boolean isVersion2() {
        try {
            return Files.isWritable(VERSION_2.resolve("cgroup.subtree_control"))
                    && has(VERSION_2.resolve("cgroup.controllers"));
        } catch (IOException e) {
            return false; // it is not mounted there
        }
    }

    /** Lets groups below the root have the controller, as every service manager does. */
    private static void enable() throws IOException {
        Path enabled = VERSION_2.resolve("cgroup.subtree_control");
        if (!has(enabled)) {
            Files.writeString(enabled, "+io");
        }
    }

    private static boolean has(Path controllers) throws IOException {
        return Arrays.asList(Files.readString(controllers).strip().split(" ", -1)).contains("io");
    }

    private static void limit(Path group, String file, String value) throws IOException {
        Files.writeString(group.resolve(file), value);
    }
}
