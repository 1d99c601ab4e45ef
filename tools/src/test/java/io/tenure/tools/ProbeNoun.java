package io.tenure.tools;

import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.SizeConverter;
import io.tenure.tools.verb.Subcommands;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A noun with one verb that does what the test wants, to see what the command makes of it. */
final class ProbeNoun implements Subcommands {
    private final Callable<ExitCode> behaviour;

    ProbeNoun(Callable<ExitCode> behaviour) {
        this.behaviour = behaviour;
    }

    @Override
    public void describe(Syntax syntax) {
        syntax.description("For tests.");
    }

    @Override
    public List<Subcommand> subcommands() {
        return List.of(new Subcommand("show", () -> new Show(behaviour)));
    }

    private static final class Show implements Verb {
        private final Callable<ExitCode> behaviour;
        private long sizeBytes;
        private int count;
        private String name = "";

        Show(Callable<ExitCode> behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        public void describe(Syntax syntax) {
            syntax.option("--size", "SIZE", "", new SizeConverter(), given -> sizeBytes = given);
            syntax.option("--count", "N", "", Values.INTEGER, given -> count = given);
            syntax.word("NAME", "", Values.TEXT, given -> name = given);
        }

        @Override
        public ExitCode run(Output output, Interruption interruption) throws Exception {
            ExitCode exitCode = behaviour.call();
            output.detail(() -> "a detail");
            output.warning("a warning");
            output.say("a line");
            output.result(
                    Map.of("name", name),
                    () -> "name " + name + ", size " + sizeBytes + ", count " + count + "\n");
            return exitCode;
        }
    }
}
