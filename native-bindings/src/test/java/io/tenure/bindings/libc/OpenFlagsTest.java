package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenFlagsTest {
    @TempDir private Path directory;

    @Test
    void a_file_that_is_not_there_is_enoent() {
        assertThat(open("missing", OpenFlags.O_RDONLY)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void exclusive_creation_fails_the_second_time() {
        int flags = OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_WRONLY;
        try (OpenFile file = OpenFile.open(directory.resolve("new"), flags)) {
            assertThat(file.fd()).isNotNegative();
            assertThat(open("new", flags)).isEqualTo(-Errno.EEXIST);
        }
    }

    @Test
    void a_link_is_not_followed_where_that_is_forbidden() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
        assertThat(open("link", OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW)).isEqualTo(-Errno.ELOOP);
    }

    @Test
    void a_file_is_not_a_directory() throws IOException {
        Files.createFile(directory.resolve("file"));
        assertThat(open("file", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY))
                .isEqualTo(-Errno.ENOTDIR);
    }

    @Test
    void names_are_utf_8() throws IOException {
        // Listed by the shell's own bytes: the JDK would apply its own encoding to a path.
        String name = "Gr\u00f6\u00dfe-\u6570";
        int fd = open(name, OpenFlags.O_CREAT | OpenFlags.O_WRONLY);
        assertThat(fd).isNotNegative();
        assertThat(Libc.close(fd)).isZero();
        Process list = new ProcessBuilder("ls", "-N", directory.toString()).start();
        assertThat(list.getInputStream().readAllBytes())
                .isEqualTo((name + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void a_name_with_nul_is_refused_and_not_cut_off() throws IOException {
        Files.createFile(directory.resolve("file"));
        assertThat(open("file\0tail", OpenFlags.O_RDONLY)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void a_descriptor_is_closed_once() {
        int fd = open("file", OpenFlags.O_CREAT | OpenFlags.O_WRONLY);
        assertThat(Libc.close(fd)).isZero();
        assertThat(Libc.close(fd)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void children_do_not_inherit_where_that_is_said_at_open_or_later() {
        int fd = open("file", OpenFlags.O_CREAT | OpenFlags.O_WRONLY);
        try (OpenFile sealed = OpenFile.open(directory.resolve("file"))) {
            assertThat(Libc.fcntl(sealed.fd(), Fcntl.F_GETFD, 0)).isEqualTo(Fcntl.FD_CLOEXEC);
            assertThat(Libc.fcntl(fd, Fcntl.F_GETFD, 0)).isZero();
            assertThat(Libc.fcntl(fd, Fcntl.F_SETFD, Fcntl.FD_CLOEXEC)).isZero();
            assertThat(Libc.fcntl(fd, Fcntl.F_GETFD, 0)).isEqualTo(Fcntl.FD_CLOEXEC);
        } finally {
            assertThat(Libc.close(fd)).isZero();
        }
    }

    private int open(String name, int flags) {
        return Libc.open(directory + "/" + name, flags, 0600);
    }
}
