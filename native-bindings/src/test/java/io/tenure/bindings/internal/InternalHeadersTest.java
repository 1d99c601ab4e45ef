package io.tenure.bindings.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.probe.HeaderProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InternalHeadersTest {
    @TempDir private Path directory;

    @Test
    void functions_are_called_as_the_headers_declare_them() throws IOException {
        new HeaderProbe("stdlib.h", "sys/socket.h", "sys/time.h", "unistd.h")
                .constant("SHUT_RDWR", Sockets.SHUT_RDWR)
                .constant("SOL_SOCKET", Sockets.SOL_SOCKET)
                .constant("SO_RCVTIMEO", Sockets.SO_RCVTIMEO)
                .struct("struct timeval", Sockets.TIMEVAL)
                .function(
                        "int setsockopt(int, int, int, const void *, socklen_t)",
                        Sockets.SETSOCKOPT.descriptor())
                .function("int shutdown(int, int)", Sockets.SHUTDOWN.descriptor())
                .function("void free(void *)", ForeignMemory.FREE.descriptor())
                .function(
                        "int setenv(const char *, const char *, int)",
                        ProcessEnvironment.SETENV.descriptor())
                .function("int unsetenv(const char *)", ProcessEnvironment.UNSETENV.descriptor())
                .function(
                        "long syscall(long, ...)",
                        Syscall.C.descriptor(),
                        "long",
                        "long",
                        "long",
                        "long",
                        "long",
                        "long",
                        "void *")
                .verify(directory);
        assertThat(Syscall.C.namedParameters()).isEqualTo(1);
    }

    @Test
    void system_calls_have_the_numbers_of_both_machines() throws IOException {
        // The generic table is that of 64-bit ARM; the other exists where this is an x86-64.
        numbers("asm-generic/unistd.h", Platform.LINUX_AARCH64).verify(directory);
        if (Platform.current() == Platform.LINUX_X86_64) {
            numbers("asm/unistd.h", Platform.LINUX_X86_64).verify(directory);
        }
        assertThat(SyscallNumber.IO_SETUP.on(Platform.UNSUPPORTED)).isNegative();
    }

    private static HeaderProbe numbers(String header, Platform platform) {
        HeaderProbe probe = new HeaderProbe(header);
        for (SyscallNumber number : SyscallNumber.values()) {
            probe.constant("__NR_" + number.name().toLowerCase(Locale.ROOT), number.on(platform));
        }
        return probe;
    }
}
