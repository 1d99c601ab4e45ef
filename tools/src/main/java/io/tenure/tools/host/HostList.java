package io.tenure.tools.host;

import io.tenure.lease.sanlock.StoredHost;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.SanlockTimeouts;
import io.tenure.tools.output.Output;
import io.tenure.tools.output.TextTable;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.HostsReport;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

final class HostList implements Verb {
    private Path path = Path.of("");

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "List the hosts that are, or were, in a domain, and when each was last seen to renew."
                        + " Who lives is told by this host's sanlock daemon, if it has joined.");
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
            HostsReport report = HostsReport.of(open);
            List<StoredHost> hosts = report.stored().used();
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("domain_id", open.domain().id());
            fields.put("own_host_id", report.ownHostId() == 0 ? null : report.ownHostId());
            fields.put("problem", report.problem().orElse(null));
            fields.put("hosts", hosts.stream().map(host -> fields(host, report)).toList());
            report.problem().ifPresent(problem -> output.warning("from storage alone: " + problem));
            output.result(fields, () -> text(hosts, report));
        }
        return ExitCode.DONE;
    }

    private static Map<String, @Nullable Object> fields(StoredHost host, HostsReport report) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("host_id", host.hostId());
        var leader = host.leader();
        fields.put("host_generation", leader == null ? null : leader.generation());
        fields.put(
                "state",
                state(host, report)
                        .map(state -> state.name().toLowerCase(Locale.ROOT))
                        .orElse(null));
        fields.put("own", host.hostId() == report.ownHostId());
        fields.put("host_name", leader == null ? null : leader.hostName());
        OptionalLong age = age(host, report);
        fields.put("seconds_since_seen", age.isPresent() ? age.getAsLong() : null);
        fields.put("renewal_timestamp", leader == null ? null : leader.timestampSeconds());
        fields.put("io_timeout", leader == null ? null : leader.ioTimeoutSeconds());
        fields.put("problem", host.problem());
        return fields;
    }

    private static Optional<HostState> state(StoredHost host, HostsReport report) {
        var leader = host.leader();
        if (leader == null) {
            return Optional.empty();
        }
        return leader.isFree()
                ? Optional.of(HostState.FREE)
                : report.state(host.hostId(), leader.generation());
    }

    private static OptionalLong age(StoredHost host, HostsReport report) {
        var leader = host.leader();
        return leader == null || leader.isFree()
                ? OptionalLong.empty()
                : report.renewedSecondsAgo(host.hostId(), leader.generation());
    }

    private static String text(List<StoredHost> hosts, HostsReport report) {
        if (hosts.isEmpty()) {
            return "no host was ever in the domain\n";
        }
        TextTable table = new TextTable("HOST", "GENERATION", "STATE", "SEEN", "NAME");
        for (StoredHost host : hosts) {
            var leader = host.leader();
            if (leader == null) {
                table.row(host.hostId(), "-", "damaged", "-", host.problem() + "");
                continue;
            }
            Optional<HostState> state = state(host, report);
            OptionalLong age = age(host, report);
            table.row(
                    host.hostId(),
                    leader.generation(),
                    state.map(HostState::name).orElse("in use")
                            + (host.hostId() == report.ownHostId() ? " (this host)" : ""),
                    age.isPresent()
                            ? age.getAsLong() + " s ago"
                            : state.map(known -> bound(known, leader.ioTimeoutSeconds()))
                                    .orElse("not known"),
                    leader.hostName());
        }
        return table.render();
    }

    /**
     * What the state alone says of the last renewal. The daemon looks at the others whenever it
     * renews itself, so a state may be that old.
     */
    private static String bound(HostState state, int io) {
        return switch (state) {
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
