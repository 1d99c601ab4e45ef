package io.tenure.bindings.sanlock;

import io.tenure.bindings.internal.CFunction;
import io.tenure.bindings.probe.CDeclarations;
import io.tenure.bindings.probe.Claims;
import io.tenure.bindings.probe.HeaderProbe;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** sanlock's headers of some version, beside what this package has. */
final class SanlockHeaders {
    static final List<String> FILES =
            List.of("sanlock.h", "sanlock_admin.h", "sanlock_resource.h", "sanlock_rv.h");

    static final Set<Class<?>> CONSTANTS = Set.of(SanlockConstants.class, SanlockReturn.class);

    static final List<GroupLayout> STRUCTS =
            List.of(
                    SanlkDisk.LAYOUT,
                    SanlkHost.LAYOUT,
                    SanlkHostEvent.LAYOUT,
                    SanlkLockspace.LAYOUT,
                    SanlkOptions.LAYOUT,
                    SanlkRentry.LAYOUT,
                    SanlkResource.LAYOUT,
                    SanlkRindex.LAYOUT);

    private final Path include;
    private final CDeclarations declared;

    private SanlockHeaders(Path include, CDeclarations declared) {
        this.include = include;
        this.declared = declared;
    }

    /** Reads the headers in a folder. */
    static SanlockHeaders in(Path include) throws IOException {
        return new SanlockHeaders(include, CDeclarations.read(include, FILES));
    }

    CDeclarations declared() {
        return declared;
    }

    /** What they declare and this package does not have: one line for each. */
    List<String> onlyThere() {
        List<String> lines = new ArrayList<>();
        missing(declared.constants(), ourConstants().keySet())
                .forEach(name -> lines.add(name + ": a constant of the headers only"));
        missing(declared.functions().keySet(), ourPrototypes().keySet())
                .forEach(name ->
                        lines.add(
                                name
                                        + ": a function of the headers only: "
                                        + declared.functions().get(name)));
        Map<String, GroupLayout> ours = ourStructs();
        declared.structs()
                .forEach((name, members) -> {
                    GroupLayout layout = ours.get(name);
                    if (layout == null) {
                        lines.add("struct " + name + ": a struct of the headers only");
                    } else {
                        missing(members, memberNames(layout))
                                .forEach(member ->
                                        lines.add(
                                                "struct "
                                                        + name
                                                        + "."
                                                        + member
                                                        + ": a member of the headers only"));
                    }
                });
        return lines;
    }

    /** What this package has and they do not declare: one line for each. */
    List<String> onlyHere() {
        List<String> lines = new ArrayList<>();
        missing(ourConstants().keySet(), declared.constants())
                .forEach(name -> lines.add(name + ": a constant that the headers lack"));
        missing(ourPrototypes().keySet(), declared.functions().keySet())
                .forEach(name -> lines.add(name + ": a function that the headers lack"));
        missing(ourStructs().keySet(), declared.structs().keySet())
                .forEach(name -> lines.add("struct " + name + ": a struct that the headers lack"));
        return lines;
    }

    /** Where they say something else of what both have: one line for each. */
    List<String> contradictions(Path workplace) throws IOException {
        List<String> lines = new ArrayList<>();
        HeaderProbe probe =
                new HeaderProbe(withStdint()).includeFrom(include).link("-lsanlock_client");
        ourConstants()
                .forEach((name, value) -> {
                    if (declared.constants().contains(name)) {
                        probe.constant(name, value);
                    }
                });
        ourStructs()
                .forEach((name, layout) -> {
                    List<String> members = declared.structs().get(name);
                    if (members == null) {
                        return;
                    }
                    List<String> lost = missing(memberNames(layout), members);
                    lost.forEach(member ->
                            lines.add(
                                    "struct "
                                            + name
                                            + "."
                                            + member
                                            + ": a member that the headers lack"));
                    if (lost.isEmpty()) {
                        probe.openStruct("struct " + name, layout);
                    }
                });
        Map<String, String> ours = ourPrototypes();
        for (CFunction function : SanlockFunctions.ALL) {
            String prototype = ours.getOrDefault(function.name(), "none");
            String theirs = declared.functions().get(function.name());
            if (prototype.equals(theirs)) {
                probe.function(prototype, function.descriptor());
            } else if (theirs != null) {
                lines.add(function.name() + ": Java " + prototype + ", C " + theirs);
            }
        }
        lines.addAll(probe.differences(workplace));
        return lines;
    }

    private static String[] withStdint() {
        List<String> headers = new ArrayList<>(FILES);
        headers.addFirst("stdint.h");
        return headers.toArray(String[]::new);
    }

    static Map<String, Long> ourConstants() {
        Map<String, Long> all = new TreeMap<>();
        CONSTANTS.forEach(holder -> all.putAll(Claims.constantsOf(holder)));
        return all;
    }

    private static Map<String, GroupLayout> ourStructs() {
        return STRUCTS.stream().collect(Collectors.toMap(s -> s.name().orElseThrow(), s -> s));
    }

    /** By name, as {@link CDeclarations} writes them. */
    static Map<String, String> ourPrototypes() {
        Map<String, String> prototypes = new TreeMap<>();
        for (String line : PROTOTYPES.strip().split(";\\s*", 0)) {
            String prototype = line.replaceAll("\\s+", " ");
            prototypes.put(prototype.replaceAll(".*?(\\w+)\\(.*", "$1"), prototype);
        }
        return prototypes;
    }

    private static List<String> memberNames(GroupLayout layout) {
        return layout.memberLayouts().stream()
                .filter(member -> !(member instanceof PaddingLayout))
                .map(MemoryLayout::name)
                .map(name -> name.orElseThrow())
                .toList();
    }

    private static List<String> missing(Iterable<String> wanted, Iterable<String> there) {
        Set<String> left = new TreeSet<>();
        wanted.forEach(left::add);
        there.forEach(left::remove);
        return List.copyOf(left);
    }

    private static final String PROTOTYPES =
            """
            const char *sanlock_strerror(int);
            int sanlock_version(uint32_t, uint32_t *, uint32_t *);
            int sanlock_register(void);
            int sanlock_restrict(int, uint32_t);
            int sanlock_killpath(int, uint32_t, const char *, char *);
            int sanlock_acquire(int, int, uint32_t, int, struct sanlk_resource **, struct
                sanlk_options *);
            int sanlock_release(int, int, uint32_t, int, struct sanlk_resource **);
            int sanlock_inquire(int, int, uint32_t, int *, char **);
            int sanlock_convert(int, int, uint32_t, struct sanlk_resource *);
            int sanlock_request(uint32_t, uint32_t, struct sanlk_resource *);
            int sanlock_add_lockspace(struct sanlk_lockspace *, uint32_t);
            int sanlock_add_lockspace_timeout(struct sanlk_lockspace *, uint32_t, uint32_t);
            int sanlock_inq_lockspace(struct sanlk_lockspace *, uint32_t);
            int sanlock_rem_lockspace(struct sanlk_lockspace *, uint32_t);
            int sanlock_get_lockspaces(struct sanlk_lockspace **, int *, uint32_t);
            int sanlock_get_hosts(const char *, uint64_t, struct sanlk_host **, int *,
                uint32_t);
            int sanlock_write_lockspace(struct sanlk_lockspace *, int, uint32_t, uint32_t);
            int sanlock_read_lockspace(struct sanlk_lockspace *, uint32_t, uint32_t *);
            int sanlock_write_resource(struct sanlk_resource *, int, int, uint32_t);
            int sanlock_read_resource(struct sanlk_resource *, uint32_t);
            int sanlock_read_resource_owners(struct sanlk_resource *, uint32_t, struct
                sanlk_host **, int *);
            size_t sanlock_path_export(char *, const char *, size_t);
            size_t sanlock_path_import(char *, const char *, size_t);
            int sanlock_set_config(const char *, uint32_t, uint32_t, void *);
            int sanlock_align(struct sanlk_disk *);
            int sanlock_init(struct sanlk_lockspace *, struct sanlk_resource *, int, int);
            int sanlock_test_resource_owners(struct sanlk_resource *, uint32_t, struct
                sanlk_host *, int, struct sanlk_host *, int, uint32_t *);
            int sanlock_format_rindex(struct sanlk_rindex *, uint32_t);
            int sanlock_update_rindex(struct sanlk_rindex *, uint32_t, struct sanlk_rentry *);
            int sanlock_lookup_rindex(struct sanlk_rindex *, uint32_t, struct sanlk_rentry *);
            int sanlock_rebuild_rindex(struct sanlk_rindex *, uint32_t);
            int sanlock_create_resource(struct sanlk_rindex *, uint32_t, struct sanlk_rentry *,
                int, int);
            int sanlock_delete_resource(struct sanlk_rindex *, uint32_t, struct sanlk_rentry *);
            int sanlock_reg_event(const char *, struct sanlk_host_event *, uint32_t);
            int sanlock_end_event(int, const char *, uint32_t);
            int sanlock_set_event(const char *, struct sanlk_host_event *, uint32_t);
            int sanlock_get_event(int, uint32_t, struct sanlk_host_event *, uint64_t *, uint64_t
                *);
            int sanlock_examine(uint32_t, struct sanlk_lockspace *, struct sanlk_resource *);
            int sanlock_set_lvb(uint32_t, struct sanlk_resource *, char *, int);
            int sanlock_get_lvb(uint32_t, struct sanlk_resource *, char *, int);
            int sanlock_res_to_str(struct sanlk_resource *, char **);
            int sanlock_str_to_res(char *, struct sanlk_resource **);
            int sanlock_args_to_state(int, struct sanlk_resource **, char **);
            int sanlock_state_to_args(char *, int *, struct sanlk_resource ***);
            int sanlock_str_to_lockspace(char *, struct sanlk_lockspace *);
            """;
}
