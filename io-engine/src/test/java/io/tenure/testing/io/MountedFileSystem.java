package io.tenure.testing.io;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.OpenFlags;
import io.tenure.testing.device.LoopDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file system of its own for a test. Needs root.
 *
 * <p>Nothing stays behind, even if the JVM is killed: its root directory is held open and the mount
 * is then detached from the tree, so that it goes with the descriptor.
 */
public final class MountedFileSystem implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final int fd;
    private final Path root;
    private final @Nullable LoopDevice device;
    private boolean closed;

    private MountedFileSystem(int fd, @Nullable LoopDevice device) {
        this.fd = fd;
        this.root = Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + fd);
        this.device = device;
    }

    /**
     * Mounts a tmpfs.
     *
     * @param directory where it is mounted for a moment
     * @param bytes its size
     * @return the file system; the caller closes it
     * @throws IOException it cannot be mounted
     */
    public static MountedFileSystem tmpfs(Path directory, long bytes) throws IOException {
        return mount(directory, null, "mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs");
    }

    /**
     * Mounts a ramfs, which has no direct I/O.
     *
     * @param directory where it is mounted for a moment
     * @return the file system; the caller closes it
     * @throws IOException it cannot be mounted
     */
    public static MountedFileSystem ramfs(Path directory) throws IOException {
        return mount(directory, null, "mount", "-t", "ramfs", "ramfs");
    }

    /**
     * Makes a file system on a loop device, and mounts it.
     *
     * @param type "xfs" or another with a mkfs program
     * @param directory where the device's file lies, and where it is mounted for a moment
     * @param bytes the size of the device; XFS needs 300 MiB
     * @param sectorBytes the device's logical sector
     * @return the file system; the caller closes it
     * @throws IOException it cannot be made or mounted
     */
    public static MountedFileSystem onLoop(String type, Path directory, long bytes, int sectorBytes)
            throws IOException {
        LoopDevice device = LoopDevice.create(directory, bytes, sectorBytes);
        try {
            run("mkfs." + type, "-q", device.path().toString());
            return mount(directory, device, "mount", device.path().toString());
        } catch (IOException e) {
            device.close();
            throw e;
        }
    }

    /**
     * The root directory.
     *
     * @return a path below /proc that any process of this machine may use
     */
    public Path root() {
        return root;
    }

    /**
     * Lets the file system go. A second call does nothing.
     *
     * @throws IOException a file on it is still open
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        Libc.close(fd);
        if (device != null) {
            device.close();
        }
    }

    private static MountedFileSystem mount(
            Path directory, @Nullable LoopDevice device, String... command) throws IOException {
        Path point = Files.createTempDirectory(directory, "mount");
        try {
            String[] full = Arrays.copyOf(command, command.length + 1);
            full[command.length] = point.toString();
            run(full);
            int fd;
            try {
                fd =
                        Libc.open(
                                point.toString(),
                                OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC,
                                0);
            } finally {
                run("umount", "--lazy", point.toString());
            }
            if (fd < 0) {
                throw new IOException("cannot open " + point + ": " + Errno.describe(fd));
            }
            return new MountedFileSystem(fd, device);
        } finally {
            Files.delete(point);
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(String.join(" ", command) + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
