package io.tenure.tools.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TerminalTest {
    @ParameterizedTest
    @CsvSource({
        "/dev/pts/3, true",
        "/dev/tty1, true",
        "/dev/ttyS0, true",
        "/dev/console, true",
        "/dev/null, false",
        "pipe:[123], false",
        "socket:[123], false",
        "/tmp/errors, false",
    })
    void onlyATerminalDeviceIsATerminal(String path, boolean terminal) {
        assertThat(Terminal.isTerminalDevice(path)).isEqualTo(terminal);
    }
}
