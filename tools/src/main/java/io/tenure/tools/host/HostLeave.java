package io.tenure.tools.host;

import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class HostLeave implements Verb {
    private Path path = Path.of("");

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Leave a domain; refused while a job of this host holds a lease in it.");
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws IOException {
        try (OpenDomain open = OpenDomain.forReading(path)) {
            open.hosts().leave();
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("domain_id", open.domain().id());
            output.result(fields, () -> "left %s\n".formatted(open.domain().path()));
        }
        return ExitCode.DONE;
    }
}
