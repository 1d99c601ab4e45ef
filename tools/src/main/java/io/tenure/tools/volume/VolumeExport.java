package io.tenure.tools.volume;

import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.ExportVolume;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.JobExecution;
import io.tenure.tools.work.JobReport;
import io.tenure.tools.work.OpenDomain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description =
                "Read a volume into a new file, or onto a block device, under its shared lease.")
final class VolumeExport implements Verb {
    @Mixin private VolumeTarget source = new VolumeTarget();

    @Parameters(
            index = "2",
            paramLabel = "FILE",
            description = "A file that does not exist yet, or a block device that is not in use.")
    private Path target = Path.of("");

    @Mixin private CopyOptions copyOptions = new CopyOptions();
    @Mixin private JobOptions jobOptions = new JobOptions();

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        CopySettings settings = copyOptions.settings();
        Duration leaseWait = jobOptions.leaseWait();
        try (OpenDomain open = OpenDomain.forJobs(source.path())) {
            ExportVolume job =
                    new ExportVolume(
                            jobOptions.jobId(), open.domain(), source.volumeId(), target, settings);
            JobResult result = new JobExecution(open, leaseWait, output, interruption).run(job);
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
