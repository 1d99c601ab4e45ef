package io.tenure.bindings.aio;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.probe.Claims;
import io.tenure.bindings.probe.HeaderProbe;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything in this package that C has too, is as in C. */
final class AioHeadersTest {
    private static final Set<Class<?>> CONSTANTS = Set.of(Iocb.class);
    private static final Set<GroupLayout> STRUCTS = Set.of(Iocb.LAYOUT, IoEvent.LAYOUT);

    @TempDir private Path directory;

    @Test
    void constants_and_layouts_are_those_of_the_header() throws IOException {
        HeaderProbe probe = new HeaderProbe("linux/aio_abi.h");
        CONSTANTS.forEach(probe::constants);
        STRUCTS.forEach(layout -> probe.struct("struct " + layout.name().orElseThrow(), layout));
        probe.constant("sizeof(aio_context_t)", 8);
        probe.verify(directory);
    }

    @Test
    void a_timespec_is_two_64_bit_numbers() throws IOException {
        new HeaderProbe("linux/time_types.h")
                .constant("sizeof(struct __kernel_timespec)", 16)
                .constant("offsetof(struct __kernel_timespec, tv_nsec)", 8)
                .verify(directory);
    }

    @Test
    void nothing_in_this_package_is_left_unproved() {
        for (Class<?> type : Claims.classesBeside(LinuxAio.class)) {
            assertThat(Claims.constantsOf(type).isEmpty() || CONSTANTS.contains(type))
                    .as("%s", type)
                    .isTrue();
            assertThat(STRUCTS).containsAll(Claims.layoutsOf(type));
        }
    }
}
