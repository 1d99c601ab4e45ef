package io.tenure.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Who may see whom. The module descriptors say it to the compiler; this says it to the people who
 * change them, and holds the rules that a descriptor cannot express.
 */
class ArchitectureTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolveSibling("");

    /** Folder to what its module may require, besides the JDK. In the order of the arrows. */
    private static final Map<String, Set<String>> MAY_REQUIRE =
            Map.of(
                    "native-bindings", Set.of(),
                    "metadata-format", Set.of(),
                    "io-engine", Set.of("io.tenure.bindings"),
                    "jobs",
                            Set.of(
                                    "jdk.jfr", // events of jobs, for whoever records them
                                    "io.tenure.bindings",
                                    "io.tenure.format",
                                    "io.tenure.io"),
                    "tools",
                            Set.of(
                                    "io.tenure.bindings", // what is missing, and what to install
                                    "io.tenure.jobs",
                                    "info.picocli",
                                    "com.fasterxml.jackson.jr.ob"),
                    "benchmarks",
                            Set.of(
                                    "io.tenure.bindings",
                                    "io.tenure.format",
                                    "io.tenure.io",
                                    "io.tenure.jobs",
                                    "jmh.core",
                                    "chronicle.bytes"));

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .importPaths(
                            MAY_REQUIRE.keySet().stream()
                                    .map(ArchitectureTest::classesOf)
                                    .toList());

    private static Path classesOf(String folder) {
        return ROOT.resolve(folder).resolve("target/classes");
    }

    @Test
    void everyModuleIsLookedAt() {
        Set<String> packages =
                PRODUCT.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertThat(packages)
                .contains(
                        "io.tenure.bindings.libc",
                        "io.tenure.sanlock",
                        "io.tenure.format",
                        "io.tenure.io.copy",
                        "io.tenure.jobs",
                        "io.tenure.recon",
                        "io.tenure.tools",
                        "io.tenure.benchmarks");
    }

    @Test
    void modulesRequireOnlyWhatTheArchitectureAllows() throws IOException {
        for (Map.Entry<String, Set<String>> module : MAY_REQUIRE.entrySet()) {
            Path descriptor = classesOf(module.getKey()).resolve("module-info.class");
            try (InputStream bytes = Files.newInputStream(descriptor)) {
                Set<String> required =
                        ModuleDescriptor.read(bytes).requires().stream()
                                .filter(requires ->
                                        !requires.modifiers()
                                                .contains(
                                                        ModuleDescriptor.Requires.Modifier.STATIC))
                                .map(ModuleDescriptor.Requires::name)
                                .filter(name -> !name.startsWith("java."))
                                .collect(Collectors.toCollection(TreeSet::new));
                assertThat(module.getValue()).as(module.getKey()).containsAll(required);
            }
        }
    }

    @Test
    void onlyTheBindingsTouchTheLinker() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.tenure.bindings..", "io.tenure.sanlock..")
                .should()
                .dependOnClassesThat(
                        assignableTo(Linker.class)
                                .or(assignableTo(SymbolLookup.class))
                                .or(assignableTo(MethodHandle.class))
                                .or(assignableTo(MethodHandles.Lookup.class)))
                .check(PRODUCT);
    }

    @Test
    void onlyTheBindingsTurnAddressesIntoMemory() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.tenure.bindings..", "io.tenure.sanlock..")
                .should()
                .callCodeUnitWhere(targetIs(MemorySegment.class, "ofAddress|reinterpret"))
                .check(PRODUCT);
    }

    @Test
    void onlyOnePlaceLeavesMemoryToTheCollector() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.tenure.bindings.internal.CaptureState")
                .should()
                .callCodeUnitWhere(targetIs(Arena.class, "ofAuto"))
                .check(PRODUCT);
    }

    @Test
    void theFormatIsPure() {
        classes()
                .that()
                .resideInAPackage("io.tenure.format..")
                .should()
                .onlyDependOnClassesThat(
                        describe(
                                "are of the format itself or of the JDK's base",
                                (JavaClass seen) ->
                                        seen.getPackageName().startsWith("io.tenure.format")
                                                || isPureJdk(seen)))
                .check(PRODUCT);
    }

    private static boolean isPureJdk(JavaClass seen) {
        String name = seen.getBaseComponentType().getPackageName();
        return name.isEmpty()
                || List.of(
                                "java.lang",
                                "java.lang.foreign",
                                "java.lang.invoke",
                                "java.lang.runtime")
                        .contains(name)
                || List.of("java.nio", "java.nio.charset", "java.time", "java.util").contains(name)
                || name.equals("java.util.function")
                || seen.getName().equals("java.util.zip.CRC32C")
                || seen.isEquivalentTo(IOException.class);
    }

    @Test
    void theProtocolReadsTimeOnlyThroughItsClock() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.tenure.recon..",
                        "io.tenure.jobs..",
                        "io.tenure.lease..",
                        "io.tenure.domain..")
                .and()
                .doNotHaveFullyQualifiedName("io.tenure.domain.Clock$1")
                .should()
                .callCodeUnitWhere(
                        targetIs(System.class, "nanoTime|currentTimeMillis")
                                .or(targetIs(Instant.class, "now"))
                                .or(targetIs(Thread.class, "sleep")))
                .check(PRODUCT);
    }

    @Test
    void theCommandStandsOnJobsAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.tenure.tools..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tenure.bindings.libc..", "io.tenure.bindings.internal..")
                .check(PRODUCT);
    }

    @Test
    void domainsDoNotKnowLeasesAndLeasesDoNotKnowJobs() {
        noClasses()
                .that()
                .resideInAPackage("io.tenure.domain..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.tenure.lease..",
                        "io.tenure.jobs",
                        "io.tenure.jobs.op..",
                        "io.tenure.recon..")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideInAPackage("io.tenure.lease..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tenure.jobs", "io.tenure.jobs.op..", "io.tenure.recon..")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideInAnyPackage("io.tenure.jobs", "io.tenure.jobs.op..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.tenure.recon..")
                .check(PRODUCT);
    }

    private static DescribedPredicate<JavaCall<?>> targetIs(Class<?> type, String methods) {
        return target(owner(assignableTo(type)))
                .and(target(nameMatching(methods)))
                .as("the target is %s.%s", type.getSimpleName(), methods)
                .forSubtype();
    }
}
