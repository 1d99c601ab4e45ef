package io.tenure.bindings.probe;

import io.tenure.bindings.internal.CFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.GroupLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds what there is to prove, so that nobody can forget to. */
public final class Claims {
    private Claims() {}

    /**
     * The integer constants of a class.
     *
     * @param holder the class
     * @return name and value of every static final int, short, byte or long that is not private
     */
    public static Map<String, Long> constantsOf(Class<?> holder) {
        Map<String, Long> constants = new TreeMap<>();
        for (Field field : holder.getDeclaredFields()) {
            Class<?> type = field.getType();
            boolean integer =
                    type == int.class
                            || type == short.class
                            || type == byte.class
                            || type == long.class;
            if (integer && isVisibleConstant(field)) {
                constants.put(field.getName(), ((Number) value(field)).longValue());
            }
        }
        return constants;
    }

    /**
     * The struct layouts of a class.
     *
     * @param holder the class
     * @return every static final struct or union layout that is not private
     */
    public static List<GroupLayout> layoutsOf(Class<?> holder) {
        return Arrays.stream(holder.getDeclaredFields())
                .filter(Claims::isVisibleConstant)
                .filter(field -> GroupLayout.class.isAssignableFrom(field.getType()))
                .map(field -> (GroupLayout) value(field))
                .toList();
    }

    /**
     * The C functions that the nested classes of a class link.
     *
     * @param holder the class
     * @return one for each nested class
     */
    public static List<CFunction> functionsOf(Class<?> holder) {
        return Arrays.stream(holder.getDeclaredClasses())
                .map(nested -> {
                    try {
                        return (CFunction) value(nested.getDeclaredField("C"));
                    } catch (NoSuchFieldException e) {
                        throw new AssertionError(nested + " links what?", e);
                    }
                })
                .toList();
    }

    /**
     * The C functions that a class describes.
     *
     * @param holder the class
     * @return every static final one that is not private
     */
    public static List<CFunction> functionsIn(Class<?> holder) {
        return Arrays.stream(holder.getDeclaredFields())
                .filter(Claims::isVisibleConstant)
                .filter(field -> field.getType() == CFunction.class)
                .map(field -> (CFunction) value(field))
                .toList();
    }

    /**
     * All classes of a package.
     *
     * @param member one of them, from where its neighbours are found
     * @return classes of its compiled folder, nested ones included
     */
    public static List<Class<?>> classesBeside(Class<?> member) {
        URI uri;
        try {
            uri = member.getResource(member.getSimpleName() + ".class").toURI();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
        try (Stream<Path> files = Files.list(Path.of(uri).resolveSibling("."))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .<Class<?>>map(name -> load(member, name.substring(0, name.length() - 6)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(Class<?> member, String simpleName) {
        try {
            return Class.forName(
                    member.getPackageName() + "." + simpleName, false, member.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isVisibleConstant(Field field) {
        int modifiers = field.getModifiers();
        return Modifier.isStatic(modifiers)
                && Modifier.isFinal(modifiers)
                && !Modifier.isPrivate(modifiers)
                && !field.isSynthetic();
    }

    private static Object value(Field field) {
        try {
            field.setAccessible(true);
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
