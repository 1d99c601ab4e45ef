package io.tenure.tools.volume;

import io.tenure.domain.StorageDomain;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.IdConverter;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.JobExecution;
import io.tenure.tools.work.JobReport;
import io.tenure.tools.work.OpenDomain;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "copy",
        description =
                "Write a volume anew from a source: all of it, with zeroes where the source has"
                        + " none or is shorter.")
final class VolumeCopy implements Verb {
    private static final String FILE_PREFIX = "file:";

    @Parameters(
            index = "0",
            paramLabel = "PATH",
            description = "The domain's directory or block device.")
    private Path path = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "SOURCE",
            description =
                    "The id of a volume of the domain, or a file or device outside: a path with a"
                            + " slash, or file:PATH.")
    private String source = "";

    @Parameters(
            index = "2",
            paramLabel = "VOLUME",
            converter = IdConverter.class,
            description = "The id of the volume to write.")
    private UUID volumeId = new UUID(0, 0);

    @Mixin private ExpectedGeneration expected = new ExpectedGeneration();
    @Mixin private CopyOptions copyOptions = new CopyOptions();
    @Mixin private JobOptions jobOptions = new JobOptions();

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        long generation = expected.generation();
        CopySettings settings = copyOptions.settings();
        Duration leaseWait = jobOptions.leaseWait();
        try (OpenDomain open = OpenDomain.forJobs(path)) {
            CopyVolume job =
                    new CopyVolume(
                            jobOptions.jobId(),
                            source(open.domain()),
                            open.domain(),
                            volumeId,
                            generation,
                            settings);
            JobResult result = new JobExecution(open, leaseWait, output, interruption).run(job);
            output.result(
                    JobReport.copyFields(result),
                    () ->
                            "copied %s\nvolume %s: %s, legal; job %s\n"
                                    .formatted(
                                            JobReport.summary(result),
                                            volumeId,
                                            JobReport.generations(result),
                                            result.jobId()));
        }
        return ExitCode.DONE;
    }

    private CopySource source(StorageDomain domain) throws CommandException {
        try {
            if (source.startsWith(FILE_PREFIX) && source.length() > FILE_PREFIX.length()) {
                return new CopySource.Outside(Path.of(source.substring(FILE_PREFIX.length())));
            }
            if (source.contains("/")) {
                return new CopySource.Outside(Path.of(source));
            }
        } catch (InvalidPathException e) {
            throw new CommandException(ExitCode.USAGE, "SOURCE is no path: " + e.getMessage());
        }
        if (IdConverter.isId(source)) {
            return new CopySource.OfVolume(domain, UUID.fromString(source));
        }
        throw new CommandException(
                ExitCode.USAGE,
                "SOURCE '%s' is neither the id of a volume nor a path; write file:%s for a file here"
                        .formatted(source, source));
    }
}
