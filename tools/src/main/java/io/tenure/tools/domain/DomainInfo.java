package io.tenure.tools.domain;

import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.DomainReport;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;

final class DomainInfo implements Verb {
    private Path path = Path.of("");

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Show what a domain's superblock says, and how full it is.");
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws IOException {
        try (OpenDomain open = OpenDomain.forReading(path)) {
            DomainReport report = DomainReport.of(open.domain());
            output.result(report.fields(), report::text);
        }
        return ExitCode.DONE;
    }
}
