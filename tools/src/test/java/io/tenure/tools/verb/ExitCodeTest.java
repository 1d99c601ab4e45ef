package io.tenure.tools.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ExitCodeTest {
    @Test
    void numbersAndNamesAreAnInterfaceThatNeverChanges() {
        assertThat(
                        Arrays.stream(ExitCode.values())
                                .map(code -> code.status() + " " + code.errorName()))
                .containsExactly(
                        "0 done",
                        "1 operation_failed",
                        "2 usage",
                        "3 lease_unavailable",
                        "4 generation_mismatch",
                        "5 lease_lost",
                        "6 invalid_metadata",
                        "7 environment",
                        "130 interrupted");
    }
}
