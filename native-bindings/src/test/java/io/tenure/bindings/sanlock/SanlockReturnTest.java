package io.tenure.bindings.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.bindings.probe.Claims;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SanlockReturnTest {
    @Test
    void every_code_of_the_header_has_its_name_and_a_text() {
        Map<String, Long> codes = Claims.constantsOf(SanlockReturn.class);
        assertThat(codes).hasSizeGreaterThan(40);
        codes.forEach((name, value) -> {
            if (value < 0) {
                assertThat(SanlockReturn.symbol(value.intValue())).isEqualTo(name);
                assertThat(SanlockReturn.text(value.intValue()))
                        .isNotEmpty()
                        .doesNotContain("unknown");
            }
        });
    }

    @Test
    void codes_that_the_library_calls_unknown_are_known_here() {
        LibSanlock library = LibSanlock.system();
        assertThat(library.sanlock_strerror(-243)).doesNotContain("Unknown");
        for (int code : new int[] {-230, -231, -240, -274, -278}) {
            assertThat(library.sanlock_strerror(code)).contains("Unknown");
            assertThat(SanlockReturn.describe(code)).startsWith("SANLK_");
        }
    }

    @Test
    void minus_one_is_not_eperm() {
        assertThat(SanlockReturn.symbol(-1)).isEqualTo("-1");
        assertThat(SanlockReturn.describe(-1)).contains("hung up").doesNotContain("EPERM");
    }

    @Test
    void from_minus_2_to_minus_199_a_code_is_an_errno() {
        assertThat(SanlockReturn.symbol(-Errno.ENOENT)).isEqualTo("ENOENT");
        assertThat(SanlockReturn.describe(-Errno.ENOSPC))
                .isEqualTo("ENOSPC (No space left on device)");
        assertThat(SanlockReturn.isErrno(-1)).isFalse();
        assertThat(SanlockReturn.isErrno(-199)).isTrue();
        assertThat(SanlockReturn.isErrno(-200)).isFalse();
        assertThat(SanlockReturn.symbol(-300)).isEqualTo("-300");
        assertThat(SanlockReturn.symbol(0)).isEqualTo("OK");
    }
}
