package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.FillVolume;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;

final class VolumeFill implements Verb {
    private VolumeTarget target = new VolumeTarget();
    private ExpectedGeneration expected = new ExpectedGeneration();
    private WorkOptions workOptions = new WorkOptions();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Fill what a volume's device has behind the volume with zeroes, so that the volume"
                        + " can grow without showing old data. The volume itself stays as it is.");
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
            FillVolume job =
                    new FillVolume(
                            jobOptions.jobId(),
                            open.domain(),
                            target.volumeId(),
                            generation,
                            settings);
            JobResult result = open.run(job);
            output.result(
                    JobReport.fields(result),
                    () ->
                            "filled %s behind volume %s: %s; job %s\n"
                                    .formatted(
                                            JobReport.zeroed(result),
                                            target.volumeId(),
                                            JobReport.generations(result),
                                            result.jobId()));
        }
        return ExitCode.DONE;
    }
}
