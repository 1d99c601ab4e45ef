package io.tenure.tools.volume;

import io.tenure.jobs.IoPriority;
import io.tenure.tools.verb.Choices;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an I/O priority on the command line: {@code CLASS} or {@code CLASS:LEVEL}. */
final class IoPriorityConverter implements ITypeConverter<IoPriority> {
    IoPriorityConverter() {}

    @Override
    public IoPriority convert(String text) {
        int colon = text.indexOf(':');
        IoPriority.Kind kind =
                Choices.parse(IoPriority.Kind.class, colon < 0 ? text : text.substring(0, colon));
        if (colon < 0) {
            return new IoPriority(kind, kind.hasLevels() ? IoPriority.DEFAULT_LEVEL : 0);
        }
        String level = text.substring(colon + 1);
        if (!kind.hasLevels()) {
            throw new TypeConversionException(
                    "'%s' has a level, but %s has none".formatted(text, Choices.word(kind)));
        }
        if (!level.matches("[0-" + IoPriority.LOWEST_LEVEL + "]")) {
            throw new TypeConversionException(
                    "'%s' has the level '%s': it must be 0, the highest, to %d"
                            .formatted(text, level, IoPriority.LOWEST_LEVEL));
        }
        return new IoPriority(kind, Integer.parseInt(level));
    }
}
