package io.tenure.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Geometry refuses what no device has, and rounds. */
final class GeometryTest {

    @Test
    void sizesRoundUpToTheAlignment() {
        Geometry geometry = new Geometry(1000, 512, 4, 512, false);
        assertThat(geometry.alignUp(0)).isZero();
        assertThat(geometry.alignUp(1)).isEqualTo(512);
        assertThat(geometry.alignUp(1024)).isEqualTo(1024);
        assertThat(geometry.isAligned(1024)).isTrue();
        assertThat(geometry.isAligned(1000)).isFalse();
        assertThatThrownBy(() -> geometry.alignUp(Long.MAX_VALUE))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void anAlignmentIsAPowerOfTwo() {
        refused(() -> new Geometry(1, 0, 1, 512, false));
        refused(() -> new Geometry(1, 513, 1, 512, false));
        refused(() -> new Geometry(1, 512, 3, 512, false));
        refused(() -> new Geometry(1, 512, 1, Integer.MIN_VALUE, false));
        refused(() -> new Geometry(-1, 512, 1, 512, false));
    }

    @Test
    void anExceptionNamesEverything() {
        TenureIoException e =
                new TenureIoException("write", "/dev/sdx", 4096, 512, -5, "try again");
        assertThat(e)
                .hasMessage(
                        "cannot write /dev/sdx, 512 bytes at offset 4096: EIO (Input/output error):"
                                + " try again");
        assertThat(e.errno()).isEqualTo(5);
        assertThat(new TenureIoException("open", "/dev/sdx", 0, null))
                .hasMessage("cannot open /dev/sdx");
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }
}
