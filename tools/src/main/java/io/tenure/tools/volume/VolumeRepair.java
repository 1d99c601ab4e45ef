package io.tenure.tools.volume;

import io.tenure.format.VolumeRecord;
import io.tenure.jobs.JobResult;
import io.tenure.recon.SettleVolume;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class VolumeRepair implements Verb {
    private VolumeTarget target = new VolumeTarget();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Bring a volume's record up to what is known under its lease: records a job that was"
                        + " cut off as interrupted, begins or ends a quarantine. Generation and"
                        + " legality stay. Does nothing while somebody holds the lease.");
        target.describe(syntax);
        jobOptions.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        try (JobRun open = JobRun.in(target.path(), jobOptions, output, interruption)) {
            SettleVolume job =
                    new SettleVolume(jobOptions.jobId(), open.domain(), target.volumeId());
            JobResult result = open.run(job);
            Map<String, @Nullable Object> fields = new LinkedHashMap<>(JobReport.fields(result));
            fields.put("repaired", !job.before().equals(job.after()));
            output.result(fields, () -> text(job.before(), job.after()));
        }
        return ExitCode.DONE;
    }

    private String text(VolumeRecord before, VolumeRecord after) {
        if (before.equals(after)) {
            return "volume %s: there is nothing to repair in its record\n"
                    .formatted(target.volumeId());
        }
        StringBuilder text = new StringBuilder("volume %s:".formatted(target.volumeId()));
        before.activeJob()
                .ifPresent(job ->
                        text.append(" recorded job %s as interrupted".formatted(job.jobId())));
        if (!before.quarantine().equals(after.quarantine())) {
            text.append(before.activeJob().isPresent() ? " and" : "")
                    .append(
                            after.quarantine().isPresent()
                                    ? " put it in quarantine"
                                    : " ended its quarantine");
        }
        return text.append("; generation %d stays\n".formatted(after.generation())).toString();
    }
}
