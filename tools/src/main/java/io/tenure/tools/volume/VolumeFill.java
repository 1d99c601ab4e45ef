package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.FillVolume;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.JobExecution;
import io.tenure.tools.work.JobReport;
import io.tenure.tools.work.OpenDomain;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "fill",
        description =
                "Fill what a volume's device has behind the volume with zeroes, so that the volume"
                        + " can grow without showing old data. The volume itself stays as it is.")
final class VolumeFill implements Verb {
    @Mixin private VolumeTarget target = new VolumeTarget();
    @Mixin private ExpectedGeneration expected = new ExpectedGeneration();
    @Mixin private WorkOptions workOptions = new WorkOptions();
    @Mixin private JobOptions jobOptions = new JobOptions();

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        long generation = expected.generation();
        ZeroSettings settings = workOptions.zeroSettings();
        Duration leaseWait = jobOptions.leaseWait();
        try (OpenDomain open = OpenDomain.forJobs(target.path())) {
            FillVolume job =
                    new FillVolume(
                            jobOptions.jobId(),
                            open.domain(),
                            target.volumeId(),
                            generation,
                            settings);
            JobResult result = new JobExecution(open, leaseWait, output, interruption).run(job);
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
