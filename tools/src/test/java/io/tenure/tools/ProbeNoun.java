package io.tenure.tools;

import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.SizeConverter;
import io.tenure.tools.verb.Verb;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A noun with one verb that does what the test wants, to see what the command makes of it. */
@Command(name = "probe")
final class ProbeNoun {
    private final Callable<ExitCode> behaviour;

    ProbeNoun(Callable<ExitCode> behaviour) {
        this.behaviour = behaviour;
    }

    @Command(name = "show")
    static final class Show implements Verb {
        private final ProbeNoun noun;

        @Option(names = "--size", converter = SizeConverter.class)
        long sizeBytes;

        @Option(names = "--count")
        int count;

        @Parameters(paramLabel = "NAME")
        String name = "";

        Show(ProbeNoun noun) {
            this.noun = noun;
        }

        @Override
        public ExitCode run(Output output, Interruption interruption) throws Exception {
            ExitCode exitCode = noun.behaviour.call();
            output.detail(() -> "a detail");
            output.warning("a warning");
            output.say("a line");
            output.result(
                    Map.of("name", name), () -> "name " + name + ", size " + sizeBytes + "\n");
            return exitCode;
        }
    }
}
