package io.tenure.jobs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fields with names in one line of text, between tabs; tabs and ends of lines are escaped. */
final class TextFields {
    private TextFields() {}

    static String write(Map<String, String> fields) {
        List<String> parts = new ArrayList<>();
        fields.forEach((name, value) -> parts.add(name + "=" + escaped(value)));
        return String.join("\t", parts);
    }

    static String escaped(String plain) {
        return plain.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    /** Parts without a name are passed over. */
    static Map<String, String> read(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String part : text.split("\t", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                fields.put(part.substring(0, equals), unescaped(part.substring(equals + 1)));
            }
        }
        return fields;
    }

    static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return value;
    }

    private static String unescaped(String escaped) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '\\' && i + 1 < escaped.length()) {
                i++;
                char kept = escaped.charAt(i);
                plain.append(
                        switch (kept) {
                            case 't' -> '\t';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> kept;
                        });
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
