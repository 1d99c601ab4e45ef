package io.tenure.bindings.probe;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Claims about C headers, and the C program that tells the truth.
 *
 * <p>Each claim adds one fact: a name and the value that Java has. The C program prints the same
 * names with the compiler's values. Both sides must have exactly the same names, so a claim that
 * the program does not answer is a difference like a wrong value, and an empty probe is refused.
 * What the compiler can decide alone (that a prototype is the header's, that a struct has no
 * further members) makes the compilation fail.
 *
 * <pre>{@code
 * new HeaderProbe("poll.h")
 *         .constants(PollFd.class)
 *         .struct("struct pollfd", PollFd.LAYOUT)
 *         .function("int poll(struct pollfd *, nfds_t, int)", descriptor)
 *         .verify(directory);
 * }</pre>
 */
public final class HeaderProbe {
    private final List<String> headers;
    private final List<String> options = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();
    private final Map<String, String> claims = new LinkedHashMap<>();

    /**
     * Creates a probe without claims.
     *
     * @param headers what to include, such as {@code sys/stat.h}
     */
    public HeaderProbe(String... headers) {
        this.headers = List.of(headers);
    }

    /**
     * Links a library.
     *
     * @param option such as {@code -lsanlock_client}
     * @return this
     */
    public HeaderProbe link(String option) {
        options.add(option);
        return this;
    }

    /**
     * Looks for headers in a folder before the usual ones.
     *
     * @param directory the folder
     * @return this
     */
    public HeaderProbe includeFrom(Path directory) {
        options.add("-I" + directory);
        return this;
    }

    /**
     * Claims the values of all integer constants of a class, private ones excepted, under their own
     * names.
     *
     * @param holder the class
     * @return this
     */
    public HeaderProbe constants(Class<?> holder) {
        Map<String, Long> constants = Claims.constantsOf(holder);
        if (constants.isEmpty()) {
            throw new IllegalArgumentException(holder + " has no constants");
        }
        constants.forEach(this::constant);
        return this;
    }

    /**
     * Claims the value of one constant.
     *
     * @param name its C name, or any C expression
     * @param value its value
     * @return this
     */
    public HeaderProbe constant(String name, long value) {
        claim("constant " + name, Long.toString(value), "%lld", "(long long) (" + name + ")");
        return this;
    }

    /**
     * Claims the layout of a struct, and that it has no other members than the layout.
     *
     * @param type the C type
     * @param layout its layout; every member but padding bears its C name
     * @return this
     */
    public HeaderProbe struct(String type, GroupLayout layout) {
        // An initialiser with too few values is an error under -Wextra, with too many without it.
        statements.add("{ " + type + " all = " + CTypes.zero(layout) + "; (void) all; }");
        return openStruct(type, layout);
    }

    /**
     * Claims the layout of a struct that may have more members, in places where the layout has
     * padding: newer headers give names to what was spare.
     *
     * @param type the C type
     * @param layout its layout; every member but padding bears its C name
     * @return this
     */
    public HeaderProbe openStruct(String type, GroupLayout layout) {
        claim("sizeof " + type, Long.toString(layout.byteSize()), "%zu", "sizeof(" + type + ")");
        members(layout).forEach(member -> member(type, layout, member));
        return this;
    }

    /**
     * Claims that a function has a prototype, and that a descriptor fits it.
     *
     * @param prototype such as {@code "int open(const char *, int, ...)"}; parameters without names
     * @param descriptor how Java calls it, variadic arguments included
     * @param variadic the C types of the variadic arguments that Java passes
     * @return this
     */
    public HeaderProbe function(
            String prototype, FunctionDescriptor descriptor, String... variadic) {
        CPrototype c = CPrototype.parse(prototype);
        statements.add("{ " + c.pointer("same") + " = " + c.name() + "; (void) same; }");
        String suffix = variadic.length == 0 ? "" : " with " + String.join(", ", variadic);
        List<String> types = new ArrayList<>();
        types.add(c.returnType());
        types.addAll(c.parameterTypes());
        types.addAll(List.of(variadic));
        List<String> claimed = CTypes.describe(descriptor);
        claim(
                "arity of " + prototype + suffix,
                Integer.toString(claimed.size() - 1),
                "%d",
                Integer.toString(types.size() - 1));
        for (int i = 0; i < Math.min(types.size(), claimed.size()); i++) {
            String what = i == 0 ? "result" : "argument " + i;
            claim(
                    what + " of " + prototype + suffix,
                    claimed.get(i),
                    "%s",
                    CTypes.describeInC(types.get(i)));
        }
        return this;
    }

    /**
     * Claims the value of a C string.
     *
     * @param expression a C expression of type char*
     * @param value its value; no line ends
     * @return this
     */
    public HeaderProbe text(String expression, String value) {
        claim("text " + expression, value, "%s", expression);
        return this;
    }

    /**
     * Compiles and runs the program, and compares.
     *
     * @param directory where the program may be put
     * @throws IOException if it does not compile or run
     * @throws AssertionError if a claim is wrong
     */
    public void verify(Path directory) throws IOException {
        List<String> differences = differences(directory);
        if (!differences.isEmpty()) {
            throw new AssertionError(
                    "the C headers disagree:\n  " + String.join("\n  ", differences));
        }
    }

    /**
     * Compiles and runs the program, and compares.
     *
     * @param directory where the program may be put
     * @return what is different, one line for each
     * @throws IOException if it does not compile or run
     */
    public List<String> differences(Path directory) throws IOException {
        if (claims.isEmpty()) {
            throw new IllegalStateException("a probe without claims proves nothing");
        }
        Map<String, String> facts = CProgram.run(directory, source(), options);
        Map<String, String> all = new TreeMap<>(claims);
        all.putAll(facts);
        return all.keySet().stream()
                .filter(name -> !String.valueOf(claims.get(name)).equals(facts.get(name)))
                .map(name -> name + ": Java " + claims.get(name) + ", C " + facts.get(name))
                .toList();
    }

    private String source() {
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n#include <stdio.h>\n");
        source.append("#include <stddef.h>\n");
        headers.forEach(header -> source.append("#include <").append(header).append(">\n"));
        source.append("int main(void) {\n");
        statements.forEach(statement -> source.append("  ").append(statement).append('\n'));
        return source.append("  return 0;\n}\n").toString();
    }

    private void member(String type, GroupLayout layout, MemoryLayout member) {
        String name = member.name().orElseThrow();
        String access = "((" + type + " *) 0)->" + name;
        String what = type + "." + name;
        long offset = layout.byteOffset(PathElement.groupElement(name));
        claim(
                "offset of " + what,
                Long.toString(offset),
                "%zu",
                "offsetof(" + type + ", " + name + ")");
        claim("size of " + what, Long.toString(member.byteSize()), "%zu", "sizeof(" + access + ")");
        if (member instanceof SequenceLayout sequence && sequence.elementCount() > 0) {
            claim(
                    "element size of " + what,
                    Long.toString(sequence.elementLayout().byteSize()),
                    "%zu",
                    "sizeof(" + access + "[0])");
        }
    }

    private void claim(String name, String value, String format, String expression) {
        if (claims.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("claimed twice: " + name);
        }
        statements.add(
                "printf(\"%s\\t" + format + "\\n\", " + quote(name) + ", " + expression + ");");
    }

    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static Stream<MemoryLayout> members(GroupLayout layout) {
        return layout.memberLayouts().stream().filter(m -> !(m instanceof PaddingLayout));
    }
}
