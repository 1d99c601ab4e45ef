package io.tenure.bindings.libc;

import java.nio.file.Path;

final class LibcTmpfsTest extends LibcFileTest {
    @Override
    Path directory() {
        return Path.of("/dev/shm");
    }
}
