package io.tenure.bindings.uring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.probe.Claims;
import io.tenure.bindings.probe.HeaderProbe;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything in this package that C has too, is as in C. */
final class UringHeadersTest {
    private static final Set<Class<?>> CONSTANTS =
            Set.of(IoUring.class, IoUringParams.class, RsrcRegister.class, Sqe.class);
    private static final Set<GroupLayout> CLOSED_STRUCTS =
            Set.of(
                    RsrcRegister.REGISTER_LAYOUT,
                    RsrcRegister.UPDATE_LAYOUT,
                    RsrcRegister.IOVEC_LAYOUT);

    /** They have unions, spare members that newer headers name, or a tail that is not ours. */
    private static final Set<GroupLayout> OPEN_STRUCTS =
            Set.of(
                    IoUringParams.LAYOUT,
                    IoUringParams.SQ_OFFSETS_LAYOUT,
                    IoUringParams.CQ_OFFSETS_LAYOUT,
                    Sqe.LAYOUT,
                    Cqe.LAYOUT);

    @TempDir private Path directory;

    @Test
    void constants_are_those_of_the_header() throws IOException {
        HeaderProbe probe = header();
        CONSTANTS.forEach(probe::constants);
        if (Files.readString(Path.of("/usr/include/linux/io_uring.h"))
                .contains("IORING_SETUP_NO_SQARRAY")) { // since Linux 6.6
            probe.constants(NewerSetupFlags.class);
        }
        probe.verify(directory);
    }

    @Test
    void layouts_are_those_of_the_header() throws IOException {
        HeaderProbe probe = header();
        CLOSED_STRUCTS.forEach(layout -> probe.struct(cName(layout), layout));
        OPEN_STRUCTS.forEach(layout -> probe.openStruct(cName(layout), layout));
        probe.verify(directory);
    }

    @Test
    void nothing_in_this_package_is_left_unproved() {
        for (Class<?> type : Claims.classesBeside(Ring.class)) {
            assertThat(
                            type == Cqe.class // its constants are taken from its layout
                                    || type == NewerSetupFlags.class
                                    || Claims.constantsOf(type).isEmpty()
                                    || CONSTANTS.contains(type))
                    .as("%s", type)
                    .isTrue();
            for (GroupLayout layout : Claims.layoutsOf(type)) {
                assertThat(CLOSED_STRUCTS.contains(layout) || OPEN_STRUCTS.contains(layout))
                        .as("%s of %s", layout, type)
                        .isTrue();
            }
        }
    }

    private static HeaderProbe header() {
        return new HeaderProbe("linux/io_uring.h", "sys/uio.h");
    }

    private static String cName(GroupLayout layout) {
        return "struct " + layout.name().orElseThrow();
    }
}
