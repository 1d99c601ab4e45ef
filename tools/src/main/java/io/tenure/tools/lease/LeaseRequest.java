package io.tenure.tools.lease;

import io.tenure.lease.sanlock.LeaseRequests;
import io.tenure.sanlock.RequestMode;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

final class LeaseRequest implements Verb {
    private VolumeTarget volume = new VolumeTarget();

    private boolean graceful;
    private boolean force;

    private @Nullable Long expectedHostId;

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Ask the host that holds a lease to let go. Its sanlock daemon then ends the process"
                        + " that holds it: the whole process, with all its other jobs.");
        volume.describe(syntax);
        syntax.flag(
                "--graceful",
                "The holder gets SIGTERM, or its own way of being asked: it can end well.",
                () -> graceful = true);
        syntax.flag(
                "--force",
                "The holder gets SIGKILL: its job is interrupted where it is.",
                () -> force = true);
        syntax.option(
                "--expect-host",
                "N",
                "Ask only if host N holds the lease (default: whoever does).",
                Values.LONG,
                given -> expectedHostId = given);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption)
            throws IOException, CommandException {
        RequestMode mode = mode();
        try (OpenDomain open = OpenDomain.forReading(volume.path())) {
            LeaseTarget target = LeaseTarget.find(open.domain(), volume.volumeId());
            LeaseRequests.Sent sent =
                    open.requests()
                            .send(
                                    target.area(),
                                    mode,
                                    expectedHostId == null
                                            ? OptionalLong.empty()
                                            : OptionalLong.of(expectedHostId));
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("domain_id", open.domain().id());
            fields.put("volume_id", target.isOfDomain() ? null : volume.volumeId());
            fields.put("mode", mode.name().toLowerCase(Locale.ROOT));
            fields.put("host_id", sent.owner().hostId());
            fields.put("host_generation", sent.owner().hostGeneration());
            fields.put("host_state", sent.ownerState().name().toLowerCase(Locale.ROOT));
            fields.put("requested_lver", sent.lver());
            fields.put("within_seconds", sent.withinSeconds());
            output.result(fields, () -> text(target, sent));
        }
        return ExitCode.DONE;
    }

    /** Said in the command line, since either ends somebody's work. */
    private RequestMode mode() throws CommandException {
        if (graceful == force) {
            throw new CommandException(
                    ExitCode.USAGE,
                    graceful
                            ? "--graceful and --force exclude each other"
                            : "say how the holder is to be asked: --graceful or --force");
        }
        return force ? RequestMode.FORCE : RequestMode.GRACEFUL;
    }

    private static String text(LeaseTarget target, LeaseRequests.Sent sent) {
        return """
        asked host %d (host generation %d, %s) to let go of %s
        its daemon %s the holder within %d s, if it still renews; see tenure lease show
        """
                .formatted(
                        sent.owner().hostId(),
                        sent.owner().hostGeneration(),
                        sent.ownerState(),
                        target.what(),
                        sent.mode() == RequestMode.FORCE ? "kills" : "asks",
                        sent.withinSeconds());
    }
}
