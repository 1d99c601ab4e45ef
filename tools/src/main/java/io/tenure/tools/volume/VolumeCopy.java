package io.tenure.tools.volume;

import io.tenure.domain.StorageDomain;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobTarget;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.Transfer;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.IdConverter;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.JobReport;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

final class VolumeCopy implements Verb {
    private static final String FILE_PREFIX = "file:";

    private Path path = Path.of("");
    private String source = "";
    private UUID volumeId = new UUID(0, 0);
    private final List<String> others = new ArrayList<>();
    private ExpectedGeneration expected = new ExpectedGeneration();
    private CopyOptions copyOptions = new CopyOptions();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Write a volume anew from a source: all of it, with zeroes where the source has"
                        + " none or is shorter.");
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
        syntax.word(
                "SOURCE",
                "The id of a volume of the domain, or a file or device outside: a path with a"
                        + " slash, or file:PATH.",
                Values.TEXT,
                given -> source = given);
        syntax.word(
                "VOLUME",
                "The id of the volume to write.",
                new IdConverter(),
                given -> volumeId = given);
        expected.describe(syntax);
        syntax.option(
                "--to",
                "VOLUME:G",
                "Another volume to write from the same source, and the generation expected of it;"
                        + " may be given more than once.",
                Values.TEXT,
                others::add);
        copyOptions.describe(syntax);
        jobOptions.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        long generation = expected.generation();
        CopySettings settings = copyOptions.settings();
        try (JobRun open = JobRun.in(path, jobOptions, output, interruption)) {
            CopyVolume job =
                    CopyVolume.ofSeveral(
                            jobOptions.jobId(), transfers(open.domain(), generation), settings);
            JobResult result = open.run(job);
            output.result(
                    JobReport.copyFields(result),
                    () ->
                            "copied %s\n%s; job %s\n"
                                    .formatted(
                                            JobReport.summary(result),
                                            JobReport.generationsOfEach(result),
                                            result.jobId()));
        }
        return ExitCode.DONE;
    }

    private List<Transfer> transfers(StorageDomain domain, long generation)
            throws CommandException {
        CopySource from = source(domain);
        List<Transfer> transfers = new ArrayList<>();
        transfers.add(new Transfer(from, new JobTarget(domain, volumeId, generation)));
        for (String other : others) {
            transfers.add(new Transfer(from, target(domain, other)));
        }
        return transfers;
    }

    private static JobTarget target(StorageDomain domain, String given) throws CommandException {
        int colon = given.indexOf(':');
        String id = colon < 0 ? given : given.substring(0, colon);
        try {
            if (colon > 0 && IdConverter.isId(id)) {
                long generation = Long.parseLong(given.substring(colon + 1));
                if (generation >= 0) {
                    return new JobTarget(domain, UUID.fromString(id), generation);
                }
            }
        } catch (NumberFormatException e) {
            throw noTarget(given);
        }
        throw noTarget(given);
    }

    private static CommandException noTarget(String given) {
        return new CommandException(
                ExitCode.USAGE,
                "--to is '%s': it takes the id of a volume, a colon, and the generation that storage must show"
                        .formatted(given));
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
