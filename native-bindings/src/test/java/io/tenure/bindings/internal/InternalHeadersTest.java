package io.tenure.bindings.internal;

import io.tenure.bindings.probe.HeaderProbe;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InternalHeadersTest {
    @TempDir private Path directory;

    @Test
    void functions_are_called_as_the_headers_declare_them() throws IOException {
        new HeaderProbe("stdlib.h", "sys/socket.h")
                .constant("SHUT_RDWR", Sockets.SHUT_RDWR)
                .function("int shutdown(int, int)", Sockets.SHUTDOWN.descriptor())
                .function("void free(void *)", ForeignMemory.FREE.descriptor())
                .function(
                        "int setenv(const char *, const char *, int)",
                        ProcessEnvironment.SETENV.descriptor())
                .function("int unsetenv(const char *)", ProcessEnvironment.UNSETENV.descriptor())
                .verify(directory);
    }
}
