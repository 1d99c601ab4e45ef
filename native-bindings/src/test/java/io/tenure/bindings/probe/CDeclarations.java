package io.tenure.bindings.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a set of plain C headers declares, read from their text: to find what the bindings lack, and
 * what other versions of the headers have or lack. Values and sizes are left to the compiler, see
 * {@link HeaderProbe}.
 *
 * @param functions the prototype of each function, without parameter names, by its name
 * @param constants the macros with a value, and the enumeration constants
 * @param structs the members of each struct, by its name
 */
public record CDeclarations(
        Map<String, String> functions, Set<String> constants, Map<String, List<String>> structs) {

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
    private static final Pattern CONSTANT =
            Pattern.compile("(?m)^[ \\t]*#[ \\t]*define[ \\t]+(\\w+)[ \\t]+\\S");
    private static final Pattern DIRECTIVE = Pattern.compile("(?m)^[ \\t]*#.*$");
    private static final Pattern ENUM = Pattern.compile("enum\\s*\\w*\\s*\\{([^}]*)}");
    private static final Pattern STRUCT = Pattern.compile("struct\\s+(\\w+)\\s*\\{([^{}]*)}");
    private static final Pattern FUNCTION =
            Pattern.compile("([\\w\\s*]+?)(\\w+)\\s*\\(([^()]*)\\)\\s*;");
    private static final Pattern MEMBER = Pattern.compile("(\\w+)\\s*(\\[[^]]*])*\\s*$");
    private static final Set<String> TYPE_WORDS =
            Set.of("char", "const", "int", "long", "short", "signed", "unsigned", "void");

    /**
     * Reads headers.
     *
     * @param directory where they lie
     * @param names which, such as {@code sanlock.h}
     * @return all their declarations together
     * @throws IOException if one cannot be read
     */
    public static CDeclarations read(Path directory, List<String> names) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append(Files.readString(directory.resolve(name), StandardCharsets.UTF_8));
            text.append('\n');
        }
        return parse(text.toString());
    }

    static CDeclarations parse(String headers) {
        String code = COMMENT.matcher(headers.replace("\\\n", " ")).replaceAll(" ");
        Set<String> constants = new TreeSet<>();
        CONSTANT.matcher(code).results().forEach(match -> constants.add(match.group(1)));
        code = DIRECTIVE.matcher(code).replaceAll("");
        ENUM.matcher(code)
                .results()
                .flatMap(match -> Arrays.stream(match.group(1).split(",")))
                .map(constant -> constant.replaceAll("=.*", "").strip())
                .filter(name -> !name.isEmpty())
                .forEach(constants::add);
        Map<String, List<String>> structs = new TreeMap<>();
        STRUCT.matcher(code)
                .results()
                .forEach(match -> structs.put(match.group(1), members(match.group(2))));
        code = STRUCT.matcher(ENUM.matcher(code).replaceAll("")).replaceAll("");
        Map<String, String> functions = new TreeMap<>();
        FUNCTION.matcher(code)
                .results()
                .forEach(match ->
                        functions.put(
                                match.group(2),
                                join(type(match.group(1)), match.group(2))
                                        + "("
                                        + parameters(match.group(3))
                                        + ")"));
        return new CDeclarations(functions, constants, structs);
    }

    private static List<String> members(String body) {
        return Arrays.stream(body.split(";"))
                .map(MEMBER::matcher)
                .filter(Matcher::find)
                .map(member -> member.group(1))
                .toList();
    }

    private static String parameters(String list) {
        return Arrays.stream(list.split(","))
                .map(CDeclarations::withoutName)
                .map(CDeclarations::type)
                .collect(Collectors.joining(", "));
    }

    /** {@code struct s *args[]} becomes {@code struct s **}. */
    private static String withoutName(String parameter) {
        String pointers = "*".repeat((int) parameter.chars().filter(c -> c == '[').count());
        String spaced =
                parameter.replaceAll("\\[[^]]*]", "").replace("*", " * ").strip() + " " + pointers;
        List<String> words = List.of(spaced.strip().split("\\s+"));
        int last = words.size() - 1;
        while (last > 0 && words.get(last).equals("*")) {
            last--;
        }
        boolean named =
                last > 0
                        && words.get(last).matches("\\w+")
                        && !TYPE_WORDS.contains(words.get(last))
                        && !words.get(last - 1).equals("struct")
                        && !words.get(last - 1).equals("const");
        int name = named ? last : words.size();
        return String.join(" ", words.subList(0, name))
                + " "
                + String.join(" ", words.subList(Math.min(name + 1, words.size()), words.size()));
    }

    private static String type(String text) {
        return text.strip()
                .replaceAll("\\s+", " ")
                .replaceAll("\\s*\\*\\s*", "*")
                .replaceFirst("(?<=\\w)\\*", " *");
    }

    private static String join(String type, String name) {
        return type.endsWith("*") ? type + name : type + " " + name;
    }
}
