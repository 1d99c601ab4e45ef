package io.tenure.tools.output;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Renders a result as one JSON object on one line.
 *
 * <p>Only plain values are taken: null, booleans, numbers, text, and maps and collections of them;
 * identifiers, paths and times become text (times in ISO 8601, UTC), constants of an enumeration
 * their names. Anything else is a mistake of the program and refused, because whatever JSON it
 * became by reflection would turn into an interface by accident.
 */
public final class JsonOutput {
    private static final Pattern SNAKE_CASE = Pattern.compile("[a-z][a-z0-9]*(?:_[a-z0-9]+)*");

    // A field without a value is there too: who reads it need not know whether it could be missing.
    private static final JSON WRITER = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

    private JsonOutput() {}

    /**
     * Renders an object.
     *
     * @param fields its fields in order; names in snake_case
     * @return the object in JSON, without a line end
     * @throws IllegalArgumentException when a name or a value is not of the kinds described above
     */
    public static String render(Map<String, ?> fields) {
        try {
            return WRITER.asString(plainObject(fields));
        } catch (IOException e) {
            throw new UncheckedIOException("rendering JSON in memory failed", e);
        }
    }

    private static Map<String, @Nullable Object> plainObject(Map<?, ?> fields) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        fields.forEach((name, value) -> plain.put(checkedName(name), plainValue(value)));
        return plain;
    }

    private static String checkedName(Object name) {
        if (name instanceof String text && SNAKE_CASE.matcher(text).matches()) {
            return text;
        }
        throw new IllegalArgumentException("not a field name in snake_case: " + name);
    }

    private static @Nullable Object plainValue(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String _, Boolean _, Integer _, Long _, Double _ -> value;
            case UUID _, Path _, Instant _ -> value.toString();
            case Enum<?> constant -> constant.name();
            case Map<?, ?> map -> plainObject(map);
            case Collection<?> collection -> plainList(collection);
            default ->
                    throw new IllegalArgumentException(
                            "no plain value of a JSON object: " + value.getClass().getName());
        };
    }

    private static List<@Nullable Object> plainList(Collection<?> collection) {
        List<@Nullable Object> plain = new ArrayList<>(collection.size());
        collection.forEach(element -> plain.add(plainValue(element)));
        return plain;
    }
}
