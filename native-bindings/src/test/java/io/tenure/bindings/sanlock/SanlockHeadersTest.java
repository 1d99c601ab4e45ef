package io.tenure.bindings.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.internal.CFunction;
import io.tenure.bindings.probe.Claims;
import io.tenure.bindings.probe.HeaderProbe;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything in this package that C has too, is as in C. */
final class SanlockHeadersTest {
    private static final Set<Class<?>> CONSTANTS =
            Set.of(SanlockConstants.class, SanlockReturn.class);
    private static final Set<GroupLayout> STRUCTS =
            Set.of(
                    SanlkDisk.LAYOUT,
                    SanlkHost.LAYOUT,
                    SanlkLockspace.LAYOUT,
                    SanlkOptions.LAYOUT,
                    SanlkResource.LAYOUT);

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
        STRUCTS.forEach(layout -> probe.struct("struct " + layout.name().orElseThrow(), layout));
        probe.verify(directory);
    }

    @Test
    void functions_are_called_as_the_headers_declare_them() throws IOException {
        Set<CFunction> left = new LinkedHashSet<>(SanlockFunctions.ALL);
        HeaderProbe probe = headers();
        for (Prototype prototype : PROTOTYPES) {
            assertThat(prototype.text()).contains(prototype.function().name() + "(");
            probe.function(prototype.text(), prototype.function().descriptor());
            left.remove(prototype.function());
        }
        assertThat(left).as("functions without a prototype here").isEmpty();
        probe.verify(directory);
    }

    @Test
    void nothing_in_this_package_is_left_unproved() {
        List<Class<?>> classes = Claims.classesBeside(LibSanlock.class);
        assertThat(classes).contains(LibSanlock.class, SanlkDisk.class);
        for (Class<?> type : classes) {
            if (!Claims.constantsOf(type).isEmpty()) {
                assertThat(CONSTANTS).contains(type);
            }
            assertThat(STRUCTS).containsAll(Claims.layoutsOf(type));
        }
    }

    private static HeaderProbe headers() {
        return new HeaderProbe(
                        "stdint.h",
                        "sanlock.h",
                        "sanlock_admin.h",
                        "sanlock_resource.h",
                        "sanlock_rv.h")
                .link("-lsanlock_client");
    }

    private record Prototype(CFunction function, String text) {}

    private static final List<Prototype> PROTOTYPES =
            List.of(
                    new Prototype(SanlockFunctions.STRERROR, "const char *sanlock_strerror(int)"),
                    new Prototype(
                            SanlockFunctions.VERSION,
                            "int sanlock_version(uint32_t, uint32_t *, uint32_t *)"),
                    new Prototype(SanlockFunctions.REGISTER, "int sanlock_register(void)"),
                    new Prototype(SanlockFunctions.RESTRICT, "int sanlock_restrict(int, uint32_t)"),
                    new Prototype(
                            SanlockFunctions.KILLPATH,
                            "int sanlock_killpath(int, uint32_t, const char *, char *)"),
                    new Prototype(
                            SanlockFunctions.ACQUIRE,
                            "int sanlock_acquire(int, int, uint32_t, int,"
                                    + " struct sanlk_resource **, struct sanlk_options *)"),
                    new Prototype(
                            SanlockFunctions.RELEASE,
                            "int sanlock_release(int, int, uint32_t, int,"
                                    + " struct sanlk_resource **)"),
                    new Prototype(
                            SanlockFunctions.INQUIRE,
                            "int sanlock_inquire(int, int, uint32_t, int *, char **)"),
                    new Prototype(
                            SanlockFunctions.CONVERT,
                            "int sanlock_convert(int, int, uint32_t, struct sanlk_resource *)"),
                    new Prototype(
                            SanlockFunctions.REQUEST,
                            "int sanlock_request(uint32_t, uint32_t, struct sanlk_resource *)"),
                    new Prototype(
                            SanlockFunctions.ADD_LOCKSPACE,
                            "int sanlock_add_lockspace(struct sanlk_lockspace *, uint32_t)"),
                    new Prototype(
                            SanlockFunctions.ADD_LOCKSPACE_TIMEOUT,
                            "int sanlock_add_lockspace_timeout(struct sanlk_lockspace *,"
                                    + " uint32_t, uint32_t)"),
                    new Prototype(
                            SanlockFunctions.INQ_LOCKSPACE,
                            "int sanlock_inq_lockspace(struct sanlk_lockspace *, uint32_t)"),
                    new Prototype(
                            SanlockFunctions.REM_LOCKSPACE,
                            "int sanlock_rem_lockspace(struct sanlk_lockspace *, uint32_t)"),
                    new Prototype(
                            SanlockFunctions.GET_LOCKSPACES,
                            "int sanlock_get_lockspaces(struct sanlk_lockspace **, int *,"
                                    + " uint32_t)"),
                    new Prototype(
                            SanlockFunctions.GET_HOSTS,
                            "int sanlock_get_hosts(const char *, uint64_t, struct sanlk_host **,"
                                    + " int *, uint32_t)"),
                    new Prototype(
                            SanlockFunctions.WRITE_LOCKSPACE,
                            "int sanlock_write_lockspace(struct sanlk_lockspace *, int,"
                                    + " uint32_t, uint32_t)"),
                    new Prototype(
                            SanlockFunctions.READ_LOCKSPACE,
                            "int sanlock_read_lockspace(struct sanlk_lockspace *, uint32_t,"
                                    + " uint32_t *)"),
                    new Prototype(
                            SanlockFunctions.WRITE_RESOURCE,
                            "int sanlock_write_resource(struct sanlk_resource *, int, int,"
                                    + " uint32_t)"),
                    new Prototype(
                            SanlockFunctions.READ_RESOURCE,
                            "int sanlock_read_resource(struct sanlk_resource *, uint32_t)"),
                    new Prototype(
                            SanlockFunctions.READ_RESOURCE_OWNERS,
                            "int sanlock_read_resource_owners(struct sanlk_resource *, uint32_t,"
                                    + " struct sanlk_host **, int *)"));
}
