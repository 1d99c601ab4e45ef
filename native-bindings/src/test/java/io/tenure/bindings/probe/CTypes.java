package io.tenure.bindings.probe;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the calling convention sees of a type: its size, and whether it is a pointer. */
final class CTypes {
    private CTypes() {}

    /** The result, then the arguments, as Java has them. */
    static List<String> describe(FunctionDescriptor descriptor) {
        List<String> types = new ArrayList<>();
        types.add(descriptor.returnLayout().map(CTypes::describe).orElse("void"));
        descriptor.argumentLayouts().forEach(layout -> types.add(describe(layout)));
        return types;
    }

    static String describe(MemoryLayout layout) {
        return layout instanceof AddressLayout ? "pointer" : "integer " + layout.byteSize();
    }

    /** A C expression of type char* that gives the same for a C type. */
    static String describeInC(String type) {
        if (type.equals("void")) {
            return "\"void\"";
        }
        // 5 is gcc's pointer_type_class; 1 its integer_type_class.
        String kind = "__builtin_classify_type((" + type + ") 0)";
        return kind
                + " == 5 ? \"pointer\" : "
                + kind
                + " != 1 ? \"neither pointer nor integer\" : sizeof("
                + type
                + ") == 8 ? \"integer 8\" : sizeof("
                + type
                + ") == 4 ? \"integer 4\" : \"integer of another size\"";
    }

    /** A C initialiser that names every member, down into structs and arrays. */
    static String zero(MemoryLayout layout) {
        return switch (layout) {
            case SequenceLayout flexible when flexible.elementCount() == 0 -> "{ }";
            case SequenceLayout array -> "{ " + zero(array.elementLayout()) + " }";
            case GroupLayout struct ->
                    struct.memberLayouts().stream()
                            .filter(member -> !(member instanceof PaddingLayout))
                            .map(CTypes::zero)
                            .collect(Collectors.joining(", ", "{ ", " }"));
            default -> "0";
        };
    }
}
