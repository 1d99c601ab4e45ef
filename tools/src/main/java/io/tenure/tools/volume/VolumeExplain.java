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
import io.tenure.tools.work.VolumeStory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class VolumeExplain implements Verb {
    private VolumeTarget target = new VolumeTarget();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Tell a volume's story in words: what happened to it last, who is at work on it, and"
                        + " what may safely be done next. Changes nothing.");
        target.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption)
            throws IOException, InterruptedException {
        try (OpenDomain open = OpenDomain.forReading(target.path())) {
            // The lease first: a job that ends in between is told by the record.
            VolumeReport located = VolumeReport.read(open.domain(), target.volumeId());
            LeaseReport lease = LeaseReport.of(open, located.leaseArea());
            VolumeReport report = VolumeReport.read(open.domain(), target.volumeId());
            VolumeStory story = VolumeStory.of(open, report, lease);
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("volume_id", target.volumeId());
            fields.put("story", story.lines());
            fields.put("next", story.next());
            output.result(
                    fields,
                    () -> String.join("\n", story.lines()) + "\nnext: " + story.next() + "\n");
        }
        return ExitCode.DONE;
    }
}
