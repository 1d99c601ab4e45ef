package io.tenure.tools.volume;

import io.tenure.format.Legality;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.jobs.op.VolumeChanges;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.Choices;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.SizeConverter;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;

final class VolumeUpdate implements Verb {
    private VolumeTarget target = new VolumeTarget();
    private VolumeChanges changes = VolumeChanges.NONE;
    private ExpectedGeneration expected = new ExpectedGeneration();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Change a volume's description, capacity or legality.");
        target.describe(syntax);
        syntax.option(
                "--description",
                "TEXT",
                "What the volume is for.",
                Values.TEXT,
                given -> changes = changes.withDescription(given));
        syntax.option(
                "--size",
                "SIZE",
                "A larger capacity. A file is made longer, by zeroes; a device must have the room,"
                        + " and shows what is there: fill it first.",
                new SizeConverter(),
                given -> changes = changes.withCapacityBytes(given));
        syntax.option(
                "--legality",
                "LEGALITY",
                "Whether the data may be used: legal or illegal. For who knows better than the"
                        + " record.",
                text -> Choices.parse(Legality.class, text),
                given -> changes = changes.withLegality(given));
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
                            changes);
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
