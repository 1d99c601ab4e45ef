package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.DiscardVolume;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;

final class VolumeDiscard implements Verb {
    private VolumeTarget target = new VolumeTarget();
    private ExpectedGeneration expected = new ExpectedGeneration();
    private WorkOptions workOptions = new WorkOptions();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Give all of a volume's storage back; its content is gone.");
        target.describe(syntax);
        expected.describe(syntax);
        workOptions.describe(syntax);
        jobOptions.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        long generation = expected.generation();
        ZeroSettings settings = workOptions.zeroSettings();
        try (JobRun open = JobRun.in(target.path(), jobOptions, output, interruption)) {
            DiscardVolume job =
                    new DiscardVolume(
                            jobOptions.jobId(),
                            open.domain(),
                            target.volumeId(),
                            generation,
                            settings);
            JobResult result = open.run(job);
            output.result(
                    JobReport.fields(result),
                    () ->
                            "discarded volume %s: %s; %s; job %s\n"
                                    .formatted(
                                            target.volumeId(),
                                            JobReport.generations(result),
                                            result.bytesZeroed() > 0
                                                    ? "it reads as zero, legal"
                                                    : "what it reads as is undefined, illegal",
                                            result.jobId()));
        }
        return ExitCode.DONE;
    }
}
