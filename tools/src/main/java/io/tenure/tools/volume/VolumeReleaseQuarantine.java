package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.recon.ReleaseQuarantine;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;

final class VolumeReleaseQuarantine implements Verb {
    private VolumeTarget target = new VolumeTarget();
    private String reason = "";
    private ExpectedGeneration expected = new ExpectedGeneration();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Say that the host on whose account a volume is in quarantine writes no more, so that"
                        + " jobs may run on it again. Not needed when that host joins anew or leaves.");
        target.describe(syntax);
        syntax.requiredOption(
                "--reason",
                "TEXT",
                "How that is known; kept in the record.",
                Values.TEXT,
                given -> reason = given);
        expected.describe(syntax);
        jobOptions.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        long generation = expected.generation();
        if (reason.isBlank()) {
            throw new CommandException(
                    ExitCode.USAGE, "--reason is empty: say how it is known that the host is gone");
        }
        try (JobRun open = JobRun.in(target.path(), jobOptions, output, interruption)) {
            JobResult result =
                    open.run(
                            new ReleaseQuarantine(
                                    jobOptions.jobId(),
                                    open.domain(),
                                    target.volumeId(),
                                    generation,
                                    reason));
            output.result(
                    JobReport.fields(result),
                    () ->
                            "volume %s is out of quarantine, still illegal: %s; job %s\n"
                                    .formatted(
                                            target.volumeId(),
                                            JobReport.generations(result),
                                            result.jobId()));
        }
        return ExitCode.DONE;
    }
}
