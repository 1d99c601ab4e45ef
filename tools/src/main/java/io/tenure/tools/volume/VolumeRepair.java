package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.recon.SettleVolume;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;
import io.tenure.tools.work.VolumeReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class VolumeRepair implements Verb {
    private VolumeTarget target = new VolumeTarget();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Bring a volume's record up to what is known under its lease: records a job that was"
                        + " cut off as interrupted, begins or ends a quarantine, writes a copy of the"
                        + " record anew that is damaged. Generation and legality stay. Does nothing"
                        + " while somebody holds the lease, or where no copy of the record can be"
                        + " relied on.");
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
            fields.put("repaired", job.madeWhole() || !job.before().equals(job.after()));
            fields.put("damaged_copy", job.damage().map(VolumeReport::fields).orElse(null));
            output.result(fields, () -> text(job));
        }
        return ExitCode.DONE;
    }

    private String text(SettleVolume job) {
        List<String> done = new ArrayList<>();
        job.before()
                .activeJob()
                .ifPresent(cutOff ->
                        done.add("recorded job %s as interrupted".formatted(cutOff.jobId())));
        if (!job.before().quarantine().equals(job.after().quarantine())) {
            done.add(
                    job.after().quarantine().isPresent()
                            ? "put it in quarantine"
                            : "ended its quarantine");
        }
        if (job.madeWhole()) {
            done.add(
                    job.damage()
                            .map(damage ->
                                    "wrote copy %s of its record anew, which was damaged (%s)"
                                            .formatted(damage.copy(), damage.problem()))
                            .orElse("finished a write of its record that had been cut off"));
        }
        return done.isEmpty()
                ? "volume %s: there is nothing to repair in its record\n"
                        .formatted(target.volumeId())
                : "volume %s: %s; generation %d stays\n"
                        .formatted(
                                target.volumeId(),
                                String.join(" and ", done),
                                job.after().generation());
    }
}
