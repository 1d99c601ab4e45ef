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
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.JobExecution;
import io.tenure.tools.work.JobReport;
import io.tenure.tools.work.OpenDomain;
import io.tenure.tools.work.VolumeReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = "Make a volume, in a file below the domain's directory or on a device.")
final class VolumeCreate implements Verb {
    @Parameters(paramLabel = "PATH", description = "The domain's directory or block device.")
    private Path path = Path.of("");

    @Option(
            names = "--size",
            required = true,
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The capacity: bytes, or a number with K, M, G or T.")
    private long capacityBytes;

    @Option(
            names = "--device",
            paramLabel = "DEV",
            description = "The block device for the data (default: a file below the domain).")
    private @Nullable Path device;

    @Option(
            names = "--preallocate",
            description =
                    "Give the volume storage for all of its size now, and let it keep that"
                            + " (default: sparse).")
    private boolean preallocate;

    @Option(names = "--description", paramLabel = "TEXT", description = "What the volume is for.")
    private String description = "";

    @Option(
            names = "--uuid",
            paramLabel = "UUID",
            converter = IdConverter.class,
            description = "The volume's id (default: random).")
    private UUID volumeId = RandomId.next();

    @Mixin private JobOptions jobOptions = new JobOptions();

    @Override
    public ExitCode run(Output output, Interruption interruption) throws Exception {
        VolumeSpec spec =
                new VolumeSpec(
                        volumeId,
                        capacityBytes,
                        preallocate ? Allocation.PREALLOCATED : Allocation.SPARSE,
                        Optional.ofNullable(device),
                        description);
        try (OpenDomain open = OpenDomain.forJobs(path)) {
            JobResult result =
                    new JobExecution(open, jobOptions.leaseWait(), output, interruption)
                            .run(new CreateVolume(jobOptions.jobId(), open.domain(), spec));
            VolumeReport report = VolumeReport.read(open.domain(), volumeId);
            Map<String, @Nullable Object> fields = new LinkedHashMap<>(report.fields());
            fields.putAll(JobReport.fields(result));
            output.result(fields, () -> "made a volume\n" + report.details().render());
        }
        return ExitCode.DONE;
    }
}
