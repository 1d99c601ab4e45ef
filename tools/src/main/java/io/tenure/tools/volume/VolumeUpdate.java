package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;

final class VolumeUpdate implements Verb {
    private VolumeTarget target = new VolumeTarget();
    private String description = "";
    private ExpectedGeneration expected = new ExpectedGeneration();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Change a volume's description.");
        target.describe(syntax);
        syntax.requiredOption(
                "--description",
                "TEXT",
                "What the volume is for.",
                Values.TEXT,
                given -> description = given);
        expected.describe(syntax);
        jobOptions.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        long generation = expected.generation();
        try (JobRun open = JobRun.in(target.path(), jobOptions, output, interruption)) {
            UpdateVolume job =
                    new UpdateVolume(
                            jobOptions.jobId(),
                            open.domain(),
                            target.volumeId(),
                            generation,
                            description);
            JobResult result = open.run(job);
            output.result(
                    JobReport.fields(result),
                    () ->
                            "updated volume %s: %s; job %s\n"
                                    .formatted(
                                            target.volumeId(),
                                            JobReport.generations(result),
                                            result.jobId()));
        }
        return ExitCode.DONE;
    }
}
