package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.ExportVolume;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.JobReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class VolumeExport implements Verb {
    private VolumeTarget source = new VolumeTarget();
    private Path target = Path.of("");
    private CopyOptions copyOptions = new CopyOptions();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Read a volume into a new file, or onto a block device, under its shared lease.");
        source.describe(syntax);
        syntax.word(
                "FILE",
                "A file that does not exist yet, or a block device that is not in use.",
                Values.PATH,
                given -> target = given);
        copyOptions.describe(syntax);
        jobOptions.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        CopySettings settings = copyOptions.settings();
        try (JobRun open = JobRun.in(source.path(), jobOptions, output, interruption)) {
            ExportVolume job =
                    new ExportVolume(
                            jobOptions.jobId(), open.domain(), source.volumeId(), target, settings);
            JobResult result = open.run(job);
            Map<String, @Nullable Object> fields =
                    new LinkedHashMap<>(JobReport.copyFields(result));
            fields.put("file", target.toAbsolutePath().normalize());
            output.result(
                    fields,
                    () ->
                            "exported %s\nvolume %s is in %s; job %s\n"
                                    .formatted(
                                            JobReport.summary(result),
                                            source.volumeId(),
                                            target,
                                            result.jobId()));
        }
        return ExitCode.DONE;
    }
}
