package io.tenure.bindings.probe;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A C prototype in parts; no parameter names, no parameters that are functions. */
record CPrototype(String returnType, String name, String parameters) {
    private static final Pattern SHAPE = Pattern.compile("(.*?)(\\w+)\\(([^()]+)\\)");

    static CPrototype parse(String prototype) {
        Matcher matcher = SHAPE.matcher(prototype);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a prototype: " + prototype);
        }
        return new CPrototype(matcher.group(1).strip(), matcher.group(2), matcher.group(3));
    }

    /** The declaration of a pointer to such a function. */
    String pointer(String variable) {
        return returnType + " (*" + variable + ")(" + parameters + ")";
    }

    /** The named parameters. */
    List<String> parameterTypes() {
        if (parameters.equals("void")) {
            return List.of();
        }
        return Arrays.stream(parameters.split(","))
                .map(String::strip)
                .filter(type -> !type.equals("..."))
                .toList();
    }
}
