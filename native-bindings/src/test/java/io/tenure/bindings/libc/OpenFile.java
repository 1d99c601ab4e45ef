package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import java.nio.file.Path;

/** A descriptor that a test closes. */
record OpenFile(int fd) implements AutoCloseable {

    /** Opens for reading and writing, creating a regular file that is not there. */
    static OpenFile open(Path path) {
        return open(path, OpenFlags.O_RDWR | OpenFlags.O_CREAT);
    }

    static OpenFile open(Path path, int flags) {
        int fd = Libc.open(path.toString(), flags | OpenFlags.O_CLOEXEC, 0600);
        assertThat(fd).as("open %s: %s", path, Errno.name(fd)).isNotNegative();
        return new OpenFile(fd);
    }

    @Override
    public void close() {
        assertThat(Libc.close(fd)).isZero();
    }
}
