package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.CFunction;
import io.tenure.bindings.internal.Platform;
import io.tenure.bindings.probe.Claims;
import io.tenure.bindings.probe.HeaderProbe;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything in this package that C has too, is as in C. */
final class LibcHeadersTest {
    static final Set<Class<?>> CONSTANTS =
            Set.of(
                    OpenFlags.class,
                    Fallocate.class,
                    Seek.class,
                    Fcntl.class,
                    Flock.class,
                    Ioprio.class,
                    PollFd.class,
                    Madvise.class,
                    Mman.class,
                    Statx.class,
                    BlockIoctl.class,
                    FileClone.class);
    private static final Set<GroupLayout> CLOSED_STRUCTS =
            Set.of(PollFd.LAYOUT, Flock.LAYOUT, FileClone.LAYOUT);

    /** Their spare members get names in newer headers. */
    private static final Set<GroupLayout> OPEN_STRUCTS =
            Set.of(Statx.LAYOUT, Statx.TIMESTAMP_LAYOUT);

    @TempDir private Path directory;

    @Test
    void constants_are_those_of_the_headers() throws IOException {
        HeaderProbe probe = headers();
        CONSTANTS.forEach(probe::constants);
        probe.verify(directory);
    }

    @Test
    void layouts_are_those_of_the_headers() throws IOException {
        HeaderProbe probe = headers();
        CLOSED_STRUCTS.forEach(layout -> probe.struct(cName(layout), layout));
        OPEN_STRUCTS.forEach(layout -> probe.openStruct(cName(layout), layout));
        probe.verify(directory);
    }

    @Test
    void functions_are_called_as_the_headers_declare_them() throws IOException {
        Set<CFunction> left = new LinkedHashSet<>(Claims.functionsOf(LibcFunctions.class));
        HeaderProbe probe = headers();
        for (Prototype prototype : PROTOTYPES) {
            CFunction function = prototype.function();
            assertThat(prototype.text()).contains(function.name() + "(");
            assertThat(function.isVariadic()).isEqualTo(prototype.text().endsWith("...)"));
            probe.function(
                    prototype.text(),
                    function.descriptor(),
                    prototype.variadic().toArray(String[]::new));
            left.remove(function);
        }
        assertThat(left).as("functions without a prototype here").isEmpty();
        probe.verify(directory);
    }

    @Test
    void variadic_arguments_begin_where_the_prototype_says() {
        for (Prototype prototype : PROTOTYPES) {
            assertThat(prototype.function().descriptor().argumentLayouts().size())
                    .as(prototype.text())
                    .isEqualTo(
                            prototype.function().namedParameters() + prototype.variadic().size());
        }
    }

    @Test
    void error_numbers_have_the_names_and_texts_of_the_c_library() throws IOException {
        HeaderProbe probe = new HeaderProbe("errno.h", "string.h").constants(Errno.class);
        for (int number = 1; number <= 133; number++) {
            if (number == 41 || number == 58) { // never given out
                assertThat(Errno.name(number)).isEqualTo("errno " + number);
                continue;
            }
            probe.text("strerrorname_np(" + number + ")", Errno.name(number));
            probe.text(
                    "strerror(" + number + ")",
                    Errno.describe(-number)
                            .replaceFirst("^" + Errno.name(number) + " \\((.*)\\)$", "$1"));
        }
        probe.constant("strerrorname_np(134) == NULL", 1); // there are no more
        probe.verify(directory);
    }

    @Test
    void system_calls_have_their_numbers_on_every_platform() throws IOException {
        new HeaderProbe("sys/syscall.h")
                .constant("SYS_ioprio_set", Ioprio.setNumber(Platform.current()))
                .constant("SYS_ioprio_get", Ioprio.getNumber(Platform.current()))
                .verify(directory);
        // The numbers of all newer architectures, aarch64 among them.
        new HeaderProbe("asm-generic/unistd.h")
                .constant("__NR_ioprio_set", Ioprio.setNumber(Platform.LINUX_AARCH64))
                .constant("__NR_ioprio_get", Ioprio.getNumber(Platform.LINUX_AARCH64))
                .verify(directory);
    }

    @Test
    void nothing_in_this_package_is_left_unproved() {
        List<Class<?>> classes = Claims.classesBeside(Libc.class);
        assertThat(classes).contains(Libc.class, OpenFlags.class);
        for (Class<?> type : classes) {
            if (!Claims.constantsOf(type).isEmpty()) {
                assertThat(CONSTANTS).contains(type);
            }
            for (GroupLayout layout : Claims.layoutsOf(type)) {
                assertThat(CLOSED_STRUCTS.contains(layout) || OPEN_STRUCTS.contains(layout))
                        .as("%s of %s", layout, type)
                        .isTrue();
            }
        }
    }

    static Stream<GroupLayout> structs() {
        return Stream.concat(CLOSED_STRUCTS.stream(), OPEN_STRUCTS.stream());
    }

    private static HeaderProbe headers() {
        return new HeaderProbe(
                "fcntl.h",
                "linux/falloc.h",
                "linux/fs.h",
                "linux/ioprio.h",
                "poll.h",
                "sys/ioctl.h",
                "sys/mman.h",
                "sys/stat.h",
                "unistd.h");
    }

    private static String cName(GroupLayout layout) {
        return "struct " + layout.name().orElseThrow();
    }

    private record Prototype(String text, CFunction function, List<String> variadic) {
        static Prototype of(String text, CFunction function, String... variadic) {
            return new Prototype(text, function, List.of(variadic));
        }
    }

    private static final List<Prototype> PROTOTYPES =
            List.of(
                    Prototype.of("int poll(struct pollfd *, nfds_t, int)", LibcFunctions.Poll.C),
                    Prototype.of("int getpagesize(void)", LibcFunctions.Getpagesize.C));
}
