package io.tenure.tools.volume;

import io.tenure.domain.RandomId;
import io.tenure.format.Allocation;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.IdConverter;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.SizeConverter;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.JobReport;
import io.tenure.tools.work.VolumeReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class VolumeCreate implements Verb {
    private Path path = Path.of("");
    private long capacityBytes;
    private @Nullable Path device;
    private boolean preallocate;
    private String description = "";
    private UUID volumeId = RandomId.next();
    private JobOptions jobOptions = new JobOptions();

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Make a volume, in a file below the domain's directory or on a device.");
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
        syntax.requiredOption(
                "--size",
                "SIZE",
                "The capacity: bytes, or a number with K, M, G or T.",
                new SizeConverter(),
                given -> capacityBytes = given);
        syntax.option(
                "--device",
                "DEV",
                "The block device for the data (default: a file below the domain).",
                Values.PATH,
                given -> device = given);
        syntax.flag(
                "--preallocate",
                "Give the volume storage for all of its size now, and let it keep that"
                        + " (default: sparse).",
                () -> preallocate = true);
        syntax.option(
                "--description",
                "TEXT",
                "What the volume is for.",
                Values.TEXT,
                given -> description = given);
        syntax.option(
                "--uuid",
                "UUID",
                "The volume's id (default: random).",
                new IdConverter(),
                given -> volumeId = given);
        jobOptions.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        VolumeSpec spec =
                new VolumeSpec(
                        volumeId,
                        capacityBytes,
                        preallocate ? Allocation.PREALLOCATED : Allocation.SPARSE,
                        Optional.ofNullable(device),
                        description);
        try (JobRun open = JobRun.in(path, jobOptions, output, interruption)) {
            JobResult result = open.run(new CreateVolume(jobOptions.jobId(), open.domain(), spec));
            VolumeReport report = VolumeReport.read(open.domain(), volumeId);
            Map<String, @Nullable Object> fields = new LinkedHashMap<>(report.fields());
            fields.putAll(JobReport.fields(result));
            output.result(fields, () -> "made a volume\n" + report.details().render());
        }
        return ExitCode.DONE;
    }
}
