package io.tenure.bindings.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CDeclarationsTest {
    private static final CDeclarations DECLARATIONS =
            CDeclarations.parse(
                    """
                    #ifndef GUARD_H
                    #define GUARD_H
                    #define COUNT 3 /* comment */
                    # define ALIAS \\
                        COUNT
                    // #define NOT_THERE 1
                    #define CALL(x) (x)
                    enum kind { FIRST = 1, SECOND, };
                    struct disk { char path[COUNT]; uint64_t offset; };
                    struct list {
                        struct disk *all; /* not; a member */
                        struct disk rest[0];
                    };
                    const char *text(int rv);
                    size_t copy(char *dst, const char *src,
                                size_t);
                    int none(void);
                    int many(struct disk *args[], struct list ***out, unsigned int u, void *);
                    #endif
                    """);

    @Test
    void constants_are_macros_with_a_value_and_enumerators() {
        assertThat(DECLARATIONS.constants())
                .containsExactlyInAnyOrder("COUNT", "ALIAS", "FIRST", "SECOND");
    }

    @Test
    void structs_have_their_members_in_order() {
        assertThat(DECLARATIONS.structs()).hasSize(2);
        assertThat(DECLARATIONS.structs().get("disk")).containsExactly("path", "offset");
        assertThat(DECLARATIONS.structs().get("list")).containsExactly("all", "rest");
    }

    @Test
    void prototypes_lose_their_parameter_names_only() {
        assertThat(DECLARATIONS.functions().values())
                .containsExactlyInAnyOrder(
                        "const char *text(int)",
                        "size_t copy(char *, const char *, size_t)",
                        "int none(void)",
                        "int many(struct disk **, struct list ***, unsigned int, void *)");
    }
}
