package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    @Test
    void onlyWhatIsNamedIsWorkedOut() {
        CommandLine root = tree("--json", "volume", "--quiet", "list", "host");
        assertThat(root.getSubcommands()).containsOnlyKeys("volume");
        assertThat(root.getSubcommands().get("volume").getSubcommands()).containsOnlyKeys("list");
    }

    @Test
    void everyVerbIsReachedWithTheOptionsThatAllHave() {
        tree().getSubcommands()
                .forEach((noun, whole) -> {
                    Set<String> verbs = whole.getSubcommands().keySet();
                    for (String verb : verbs) {
                        CommandLine found =
                                tree(noun, verb)
                                        .getSubcommands()
                                        .get(noun)
                                        .getSubcommands()
                                        .get(verb);
                        assertThat(found.getUsageMessage())
                                .isEqualTo(whole.getSubcommands().get(verb).getUsageMessage())
                                .contains("--json", "--help", "Exit codes");
                    }
                    assertThat(verbs.isEmpty()).isEqualTo(noun.equals("demo"));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "--help", "--nothing volume list", "-- volume list"})
    void withoutANounAllAreThere(String commandLine) {
        assertThat(tree(commandLine.split(" ", -1)).getSubcommands())
                .containsOnlyKeys("domain", "host", "volume", "demo");
    }

    @ParameterizedTest
    @CsvSource({"volume", "volume nothing", "volume --help", "volume --nothing list"})
    void withoutAVerbAllOfTheNounAreThere(String commandLine) {
        CommandLine noun = tree(commandLine.split(" ", -1)).getSubcommands().get("volume");
        assertThat(noun.getSubcommands()).containsKeys("create", "list", "copy", "delete");
    }
}
