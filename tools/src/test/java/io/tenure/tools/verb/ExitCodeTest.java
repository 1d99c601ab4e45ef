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
                        "10 job_running",
                        "11 job_preempted",
                        "12 job_interrupted",
                        "13 job_failed",
                        "14 job_not_started",
                        "15 job_superseded",
                        "16 job_invalid",
                        "17 job_unknown",
                        "130 interrupted");
    }
}
