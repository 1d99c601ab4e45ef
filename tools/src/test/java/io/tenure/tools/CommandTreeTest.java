package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class CommandTreeTest {
    private static CommandLine tree(String... words) {
        return CommandTree.of(new TenureCommand(), List.of(), words);
    }

    private static CommandLine below(CommandLine command, String... names) {
        CommandLine found = command;
        for (String name : names) {
            found = Objects.requireNonNull(found.getSubcommands().get(name), name);
        }
        return found;
    }

    @Test
    void onlyWhatIsNamedIsWorkedOut() {
        CommandLine root = tree("--json", "volume", "--quiet", "list", "host");
        assertThat(root.getSubcommands()).containsOnlyKeys("volume");
        assertThat(below(root, "volume").getSubcommands()).containsOnlyKeys("list");
    }

    @Test
    void everyVerbIsReachedWithTheOptionsThatAllHave() {
        CommandLine whole = tree();
        for (String noun : whole.getSubcommands().keySet()) {
            Set<String> verbs = below(whole, noun).getSubcommands().keySet();
            assertThat(verbs.isEmpty()).isEqualTo(noun.equals("demo"));
            for (String verb : verbs) {
                assertThat(below(tree(noun, verb), noun, verb).getUsageMessage())
                        .isEqualTo(below(whole, noun, verb).getUsageMessage())
                        .contains("--json", "--help", "Exit codes");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "--help", "--nothing volume list", "-- volume list"})
    void withoutANounAllAreThere(String commandLine) {
        assertThat(tree(commandLine.split(" ", -1)).getSubcommands())
                .containsOnlyKeys("domain", "host", "lease", "volume", "demo");
    }

    @ParameterizedTest
    @CsvSource({"volume", "volume nothing", "volume --help", "volume --nothing list"})
    void withoutAVerbAllOfTheNounAreThere(String commandLine) {
        CommandLine noun = below(tree(commandLine.split(" ", -1)), "volume");
        assertThat(noun.getSubcommands()).containsKeys("create", "list", "copy", "delete");
    }
}
