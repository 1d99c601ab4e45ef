package io.tenure.tools.volume;

import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.LeaseReport;
import io.tenure.tools.work.OpenDomain;
import io.tenure.tools.work.VolumeReport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class VolumeInfo implements Verb {
    private VolumeTarget target = new VolumeTarget();

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Show a volume's record, where its parts lie, and who holds its lease.");
        target.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption)
            throws IOException, InterruptedException {
        try (OpenDomain open = OpenDomain.forReading(target.path())) {
            VolumeReport report = VolumeReport.read(open.domain(), target.volumeId());
            LeaseReport lease = LeaseReport.of(open, report.leaseArea());
            Map<String, @Nullable Object> fields = new LinkedHashMap<>(report.fields());
            fields.put("lease", lease.fields());
            output.result(
                    fields, () -> report.details().detail("lease state", lease.text()).render());
        }
        return ExitCode.DONE;
    }
}
