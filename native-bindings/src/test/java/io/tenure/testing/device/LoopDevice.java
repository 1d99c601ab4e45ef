package io.tenure.testing.device;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A block device over a file, for a test. Needs root and losetup(8).
 *
 * <p>Nothing stays behind, even if the JVM is killed: the device is opened and then told to detach,
 * which Linux does when it is closed for the last time. So {@link #close} also fails if somebody
 * still has it open, which finds descriptors that the code under test has leaked.
 */
public final class LoopDevice implements AutoCloseable {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);
    private static final Duration DETACH_LIMIT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 10;

    private final Path path;
    private final Path backing;
    private final boolean ownsBacking;
    private final FileChannel holder;

    private LoopDevice(Path path, Path backing, boolean ownsBacking, FileChannel holder) {
        this.path = path;
        this.backing = backing;
        this.ownsBacking = ownsBacking;
        this.holder = holder;
    }

    /**
     * Creates a sparse file and a device over it.
     *
     * @param directory where the file is to lie; {@link #close} deletes it
     * @param bytes the size of the device, a multiple of the sector
     * @param sectorBytes the logical sector, 512 or 4096
     * @return the device; the caller closes it
     * @throws IOException if the device cannot be made
     */
    public static LoopDevice create(Path directory, long bytes, int sectorBytes)
            throws IOException {
        if (bytes <= 0 || bytes % sectorBytes != 0) {
            throw new IllegalArgumentException(
                    bytes + " bytes are not whole sectors of " + sectorBytes);
        }
        Path backing = Files.createTempFile(directory, "loop", ".img");
        try {
            try (RandomAccessFile file = new RandomAccessFile(backing.toFile(), "rw")) {
                file.setLength(bytes);
            }
            return attach(backing, true, "--sector-size", Integer.toString(sectorBytes));
        } catch (IOException e) {
            Files.delete(backing);
            throw e;
        }
    }

    /**
     * Puts a device over a file that is there. What the device is asked for goes to the file at
     * once and without a cache in between, so that its faults are the device's.
     *
     * @param backing the file, which must take O_DIRECT; it stays when the device is closed
     * @param sectorBytes the logical sector, 512 or 4096
     * @return the device; the caller closes it
     * @throws IOException if the device cannot be made
     */
    public static LoopDevice over(Path backing, int sectorBytes) throws IOException {
        return attach(
                backing, false, "--direct-io=on", "--sector-size", Integer.toString(sectorBytes));
    }

    /**
     * The device.
     *
     * @return such as {@code /dev/loop0}
     */
    public Path path() {
        return path;
    }

    /**
     * The file behind the device.
     *
     * @return its path
     */
    public Path backing() {
        return backing;
    }

    /**
     * Detaches the device, and deletes the file that was made for it. A second call does nothing.
     *
     * @throws IOException if somebody else still has the device open
     */
    @Override
    public void close() throws IOException {
        if (!holder.isOpen()) {
            return;
        }
        holder.close();
        try {
            awaitDetached();
        } finally {
            if (ownsBacking) {
                Files.delete(backing);
            }
        }
    }

    private static LoopDevice attach(Path backing, boolean ownsBacking, String... options)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("losetup", "--find", "--show"));
        command.addAll(List.of(options));
        command.add(backing.toString());
        Path device = Path.of(run(command.toArray(String[]::new)));
        FileChannel holder = null;
        try {
            holder = FileChannel.open(device, StandardOpenOption.READ);
        } finally {
            // Held open, it detaches when that ends; not held, at once. Nobody has to remember it.
            run("losetup", "--detach", device.toString());
        }
        return new LoopDevice(device, backing, ownsBacking, holder);
    }

    private void awaitDetached() throws IOException {
        Path attached =
                Path.of("/sys/block", path.getFileName().toString(), "loop", "backing_file");
        long deadlineNanos = System.nanoTime() + DETACH_LIMIT.toNanos();
        while (isAttached(attached)) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IOException(path + " is still open somewhere: a descriptor was leaked");
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while " + path + " was to be detached", e);
            }
        }
    }

    private boolean isAttached(Path attached) throws IOException {
        try {
            return Files.readString(attached).startsWith(backing.toRealPath().toString());
        } catch (java.nio.file.NoSuchFileException e) {
            return false; // nothing is attached
        }
    }

    private static String run(String... command) throws IOException {
        Process process =
                new ProcessBuilder(new ArrayList<>(List.of(command)))
                        .redirectErrorStream(true)
                        .start();
        try {
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            if (!process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + output);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(String.join(" ", command) + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
