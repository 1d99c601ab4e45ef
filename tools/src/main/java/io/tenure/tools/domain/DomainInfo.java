package io.tenure.tools.domain;

import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.DomainReport;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "info", description = "Show what a domain's superblock says, and how full it is.")
final class DomainInfo implements Verb {
    @Parameters(paramLabel = "PATH", description = "The domain's directory or block device.")
    private Path path = Path.of("");

    @Override
    public ExitCode run(Output output, Interruption interruption) throws IOException {
        try (OpenDomain open = OpenDomain.forReading(path)) {
            DomainReport report = DomainReport.of(open.domain());
            output.result(report.fields(), report::text);
        }
        return ExitCode.DONE;
    }
}
