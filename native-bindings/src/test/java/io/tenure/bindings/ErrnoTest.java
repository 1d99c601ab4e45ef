package io.tenure.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ErrnoTest {
    @Test
    void either_sign_gives_the_name() {
        assertThat(Errno.name(5)).isEqualTo("EIO");
        assertThat(Errno.name(-5)).isEqualTo("EIO");
        assertThat(Errno.describe(-28)).isEqualTo("ENOSPC (No space left on device)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 41, 58, 134, 4095, Integer.MAX_VALUE})
    void a_number_that_linux_does_not_have_is_still_told(int number) {
        assertThat(Errno.name(number)).isEqualTo("errno " + number);
        assertThat(Errno.describe(-number)).isEqualTo("errno " + number);
    }
}
