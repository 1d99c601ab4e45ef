package io.tenure.testing.device;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.OpenFlags;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A file or device as several hosts share it: each read and write goes to the storage itself
 * (O_DIRECT, O_DSYNC). Offsets and lengths are whole sectors. Threads: any.
 */
public final class DirectFile implements AutoCloseable {
    private static final int ALIGNMENT = 4096;

    private final Path path;
    private final int fd;

    private DirectFile(Path path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * Opens for reading and writing.
     *
     * @param path an existing file or device
     * @return the file, to be closed
     * @throws IOException if it cannot be opened
     */
    public static DirectFile open(Path path) throws IOException {
        int flags = OpenFlags.O_RDWR | OpenFlags.O_DIRECT | OpenFlags.O_DSYNC | OpenFlags.O_CLOEXEC;
        return new DirectFile(path, check("open", path, Libc.open(path.toString(), flags, 0)));
    }

    /**
     * Reads.
     *
     * @param offsetBytes where
     * @param length how many bytes
     * @return the bytes
     * @throws IOException if not all of them can be read
     */
    public byte[] read(long offsetBytes, int length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(length, ALIGNMENT);
            whole("read", length, Libc.pread(fd, buffer, length, offsetBytes));
            return buffer.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /**
     * Writes.
     *
     * @param offsetBytes where
     * @param bytes what
     * @throws IOException if not all of it can be written
     */
    public void write(long offsetBytes, byte[] bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(bytes.length, ALIGNMENT);
            buffer.copyFrom(MemorySegment.ofArray(bytes));
            whole("write", bytes.length, Libc.pwrite(fd, buffer, bytes.length, offsetBytes));
        }
    }

    @Override
    public void close() throws IOException {
        check("close", path, Libc.close(fd));
    }

    private void whole(String operation, int length, long done) throws IOException {
        if (check(operation, path, Math.toIntExact(done)) != length) {
            throw new IOException(operation + " of " + path + " ended after " + done + " bytes");
        }
    }

    private static int check(String operation, Path path, int result) throws IOException {
        if (result < 0) {
            throw new IOException(operation + " of " + path + ": " + Errno.describe(result));
        }
        return result;
    }
}
