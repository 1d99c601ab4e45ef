package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.jobs.op.ZeroVolume;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.Choices;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;

final class VolumeZero implements Verb {
    private VolumeTarget target = new VolumeTarget();
    private ZeroVolume.Discard discard = ZeroVolume.Discard.NONE;
    private ExpectedGeneration expected = new ExpectedGeneration();
    private WorkOptions workOptions = new WorkOptions();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Make a whole volume read as zero.");
        target.describe(syntax);
        syntax.option(
                "--discard",
                "WHEN",
                "Tell the device to give the storage back: before it is zeroed, after it was"
                        + " overwritten with zeroes, or none (default: none).",
                text -> Choices.parse(ZeroVolume.Discard.class, text),
                given -> discard = given);
        expected.describe(syntax);
        workOptions.describe(syntax);
        jobOptions.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        long generation = expected.generation();
        ZeroSettings settings = workOptions.zeroSettings();
        try (JobRun open = JobRun.in(target.path(), jobOptions, output, interruption)) {
            ZeroVolume job =
                    new ZeroVolume(
                            jobOptions.jobId(),
                            open.domain(),
                            target.volumeId(),
                            generation,
                            discard,
                            settings);
            JobResult result = open.run(job);
            output.result(
                    JobReport.fields(result),
                    () ->
                            "zeroed %s\nvolume %s: %s, legal; job %s\n"
                                    .formatted(
                                            JobReport.zeroed(result),
                                            target.volumeId(),
                                            JobReport.generations(result),
                                            result.jobId()));
        }
        return ExitCode.DONE;
    }
}
