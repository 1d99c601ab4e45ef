package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.UpdateVolume;
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
import picocli.CommandLine.Option;

@Command(name = "update", description = "Change a volume's description.")
final class VolumeUpdate implements Verb {
    @Mixin private VolumeTarget target = new VolumeTarget();

    @Option(
            names = "--description",
            required = true,
            paramLabel = "TEXT",
            description = "What the volume is for.")
    private String description = "";

    @Mixin private ExpectedGeneration expected = new ExpectedGeneration();
    @Mixin private JobOptions jobOptions = new JobOptions();

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        long generation = expected.generation();
        Duration leaseWait = jobOptions.leaseWait();
        try (OpenDomain open = OpenDomain.forJobs(target.path())) {
            UpdateVolume job =
                    new UpdateVolume(
                            jobOptions.jobId(),
                            open.domain(),
                            target.volumeId(),
                            generation,
                            description);
            JobResult result = new JobExecution(open, leaseWait, output, interruption).run(job);
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
