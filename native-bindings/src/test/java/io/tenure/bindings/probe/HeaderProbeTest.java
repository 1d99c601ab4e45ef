package io.tenure.bindings.probe;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The probe itself: each kind of mistake is found. */
final class HeaderProbeTest {
    private static final FunctionDescriptor POLL =
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final String POLL_PROTOTYPE = "int poll(struct pollfd *, nfds_t, int)";

    @TempDir private Path directory;

    @Test
    void what_is_right_makes_no_difference() throws IOException {
        HeaderProbe probe =
                new HeaderProbe("poll.h")
                        .constant("POLLHUP", 0x10)
                        .struct("struct pollfd", pollfd("events", "revents"))
                        .function(POLL_PROTOTYPE, POLL);
        assertThat(probe.differences(directory)).isEmpty();
    }

    @Test
    void a_wrong_constant_is_found() throws IOException {
        HeaderProbe probe = new HeaderProbe("poll.h").constant("POLLHUP", 0x11);
        assertThat(probe.differences(directory)).containsExactly("constant POLLHUP: Java 17, C 16");
        assertThatThrownBy(() -> probe.verify(directory))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("POLLHUP");
    }

    @Test
    void a_constant_that_the_header_does_not_have_does_not_compile() {
        HeaderProbe probe = new HeaderProbe("poll.h").constant("POLLNOSUCH", 1);
        assertThatThrownBy(() -> probe.verify(directory)).hasMessageContaining("POLLNOSUCH");
    }

    @Test
    void members_in_the_wrong_order_are_found() throws IOException {
        HeaderProbe probe =
                new HeaderProbe("poll.h").struct("struct pollfd", pollfd("revents", "events"));
        assertThat(probe.differences(directory))
                .containsExactlyInAnyOrder(
                        "offset of struct pollfd.events: Java 6, C 4",
                        "offset of struct pollfd.revents: Java 4, C 6");
    }

    @Test
    void a_wrong_size_is_found() throws IOException {
        StructLayout wide =
                MemoryLayout.structLayout(
                        JAVA_INT.withName("fd"),
                        JAVA_INT.withName("events"),
                        JAVA_INT.withName("revents"));
        assertThat(new HeaderProbe("poll.h").struct("struct pollfd", wide).differences(directory))
                .contains(
                        "sizeof struct pollfd: Java 12, C 8",
                        "size of struct pollfd.events: Java 4, C 2");
    }

    @Test
    void a_member_that_is_left_out_does_not_compile() {
        StructLayout short0 =
                MemoryLayout.structLayout(
                        JAVA_INT.withName("fd"),
                        JAVA_SHORT.withName("events"),
                        MemoryLayout.paddingLayout(2));
        assertThatThrownBy(() ->
                        new HeaderProbe("poll.h").struct("struct pollfd", short0).verify(directory))
                .hasMessageContaining("revents");
    }

    @Test
    void a_prototype_that_is_not_the_headers_does_not_compile() {
        HeaderProbe probe = new HeaderProbe("poll.h").function("int poll(int, nfds_t, int)", POLL);
        assertThatThrownBy(() -> probe.verify(directory)).hasMessageContaining("incompatible");
    }

    @Test
    void a_descriptor_that_does_not_fit_the_prototype_is_found() throws IOException {
        FunctionDescriptor narrow = FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT);
        assertThat(
                        new HeaderProbe("poll.h")
                                .function(POLL_PROTOTYPE, narrow)
                                .differences(directory))
                .containsExactlyInAnyOrder(
                        "arity of " + POLL_PROTOTYPE + ": Java 2, C 3",
                        "result of " + POLL_PROTOTYPE + ": Java integer 8, C integer 4",
                        "argument 2 of " + POLL_PROTOTYPE + ": Java integer 4, C integer 8");
    }

    @Test
    void a_probe_without_claims_is_refused() {
        assertThatThrownBy(() -> new HeaderProbe("poll.h").verify(directory))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new HeaderProbe("poll.h").constants(HeaderProbeTest.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static StructLayout pollfd(String second, String third) {
        return MemoryLayout.structLayout(
                JAVA_INT.withName("fd"), JAVA_SHORT.withName(second), JAVA_SHORT.withName(third));
    }
}
