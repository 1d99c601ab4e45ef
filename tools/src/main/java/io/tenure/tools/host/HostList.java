package io.tenure.tools.host;

import io.tenure.lease.sanlock.DomainHosts;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.LockspaceStatus;
import io.tenure.sanlock.SanlockTimeouts;
import io.tenure.tools.output.Output;
import io.tenure.tools.output.TextTable;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class HostList implements Verb {
    private Path path = Path.of("");

    @Override
    public void describe(Syntax syntax) {
        syntax.description("List the hosts that this host's sanlock daemon has seen in a domain.");
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption)
            throws IOException, InterruptedException {
        try (OpenDomain open = OpenDomain.forReading(path)) {
            DomainHosts hosts = open.hosts();
            List<HostStatus> list = hosts.list();
            long own = hosts.joined().map(LockspaceStatus::hostId).orElse(0L);
            HostSightings sightings = HostSightings.of(open.domain().id());
            sightings.problem().ifPresent(problem -> output.detail(() -> problem));
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("domain_id", open.domain().id());
            fields.put("own_host_id", own);
            fields.put("hosts", list.stream().map(host -> fields(host, own, sightings)).toList());
            output.result(fields, () -> text(list, own, sightings));
        }
        return ExitCode.DONE;
    }

    private static Map<String, @Nullable Object> fields(
            HostStatus host, long own, HostSightings sightings) {
        Optional<HostSightings.Sighting> sighting = sightings.of(host);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("host_id", host.hostId());
        fields.put("host_generation", host.generation());
        fields.put("state", host.state().name().toLowerCase(Locale.ROOT));
        fields.put("own", host.hostId() == own);
        fields.put("host_name", sighting.map(HostSightings.Sighting::hostName).orElse(null));
        fields.put("seconds_since_seen", sighting.map(HostSightings.Sighting::age).orElse(null));
        fields.put("renewal_timestamp", host.timestamp());
        fields.put("io_timeout", host.ioTimeoutSeconds());
        return fields;
    }

    private static String text(List<HostStatus> list, long own, HostSightings sightings) {
        if (list.isEmpty()) {
            return "the sanlock daemon has joined just now and has seen no host yet\n";
        }
        TextTable table = new TextTable("HOST", "GENERATION", "STATE", "SEEN", "NAME");
        for (HostStatus host : list) {
            Optional<HostSightings.Sighting> sighting = sightings.of(host);
            table.row(
                    host.hostId(),
                    host.generation(),
                    host.state() + (host.hostId() == own ? " (this host)" : ""),
                    host.state() == HostState.FREE
                            ? "has left"
                            : sighting.map(seen -> seen.age() + " s ago")
                                    .orElseGet(() -> bound(host)),
                    sighting.map(HostSightings.Sighting::hostName).orElse("-"));
        }
        return table.render();
    }

    /**
     * What the state alone says of the last renewal. The daemon looks at the others whenever it
     * renews itself, so a state may be that old.
     */
    private static String bound(HostStatus host) {
        int io = host.ioTimeoutSeconds();
        return switch (host.state()) {
            case LIVE ->
                    "at most %d s ago"
                            .formatted(
                                    SanlockTimeouts.failSeconds(io)
                                            + SanlockTimeouts.renewalSeconds(io));
            case FAIL -> "more than %d s ago".formatted(SanlockTimeouts.failSeconds(io));
            case DEAD -> "more than %d s ago".formatted(SanlockTimeouts.hostDeadSeconds(io));
            case UNKNOWN -> "not yet since this host joined";
            case FREE -> "has left";
        };
    }
}
