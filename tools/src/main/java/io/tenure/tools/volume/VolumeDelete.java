package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;

final class VolumeDelete implements Verb {
    private VolumeTarget target = new VolumeTarget();
    private ExpectedGeneration expected = new ExpectedGeneration();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Delete a volume: its record, then its lease, then its file.");
        target.describe(syntax);
        expected.describe(syntax);
        jobOptions.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        long generation = expected.generation();
        try (JobRun open = JobRun.in(target.path(), jobOptions, output, interruption)) {
            DeleteVolume job =
                    new DeleteVolume(
                            jobOptions.jobId(), open.domain(), target.volumeId(), generation);
            JobResult result = open.run(job);
            output.result(
                    JobReport.fields(result),
                    () ->
                            "deleted volume %s; job %s\n"
                                    .formatted(target.volumeId(), result.jobId()));
        }
        return ExitCode.DONE;
    }
}
