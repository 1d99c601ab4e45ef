package io.tenure.tools.host;

import io.tenure.format.sanlock.DeltaLeader;
import io.tenure.lease.sanlock.HostObservations;
import io.tenure.lease.sanlock.SanlockSectors;
import io.tenure.sanlock.HostState;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.output.Output;
import io.tenure.tools.output.TextTable;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

final class HostWatch implements Verb {
    private static final int MAX_INTERVAL_SECONDS = 3600;

    private Path path = Path.of("");

    private int intervalSeconds = 1;

    /** What was shown last of a host: whenever it changes there is something to tell. */
    private record Shown(long generation, HostState state) {}

    private final HostObservations observations = new HostObservations();
    private final Map<Integer, Shown> shown = new HashMap<>();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Watch the hosts of a domain until interrupted, from storage alone: a live table on a"
                        + " terminal, else a line for each change of a host's state. Needs no sanlock"
                        + " daemon, but some seconds to tell who lives.");
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
        syntax.option(
                "--interval",
                "SECONDS",
                "How often to look (default: 1).",
                Values.INTEGER,
                given -> intervalSeconds = given);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption)
            throws IOException, InterruptedException, CommandException {
        if (intervalSeconds < 1 || intervalSeconds > MAX_INTERVAL_SECONDS) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--interval is %d: it must be 1 to %d seconds"
                            .formatted(intervalSeconds, MAX_INTERVAL_SECONDS));
        }
        CountDownLatch interrupted = new CountDownLatch(1);
        interruption.onSignal(interrupted::countDown);
        try (OpenDomain open = OpenDomain.forReading(path)) {
            SanlockSectors sectors = new SanlockSectors(open.domain());
            boolean watched = output.isWatched();
            long lines = 0;
            boolean read = true;
            while (read) {
                List<HostObservations.Observed> hosts =
                        observations.observe(sectors.hosts(), System.nanoTime());
                if (watched) {
                    String table = table(open, hosts);
                    read = output.redraw(table, lines);
                    lines = table.lines().count();
                } else {
                    read = tellChanges(output, hosts);
                }
                if (interrupted.await(intervalSeconds, TimeUnit.SECONDS)) {
                    return ExitCode.INTERRUPTED;
                }
            }
        }
        return ExitCode.FAILED; // nobody reads any more
    }

    private static String table(OpenDomain open, List<HostObservations.Observed> hosts) {
        TextTable table = new TextTable("HOST", "GENERATION", "STATE", "RENEWED", "NAME");
        for (HostObservations.Observed observed : hosts) {
            DeltaLeader leader = observed.host().leader();
            OptionalLong age = observed.secondsSinceRenewal();
            table.row(
                    observed.host().hostId(),
                    leader == null ? "-" : leader.generation(),
                    leader == null ? "damaged" : observed.state(),
                    age.isPresent() ? HumanSize.ofSeconds(age.getAsLong()) + " ago" : "-",
                    leader == null ? observed.host().problem() + "" : leader.hostName());
        }
        return "%s at %s; Ctrl-C ends%n%n"
                        .formatted(
                                open.domain().path(), Instant.now().truncatedTo(ChronoUnit.SECONDS))
                + (hosts.isEmpty() ? "no host was ever in the domain\n" : table.render());
    }

    private boolean tellChanges(Output output, List<HostObservations.Observed> hosts) {
        boolean read = true;
        for (HostObservations.Observed observed : hosts) {
            DeltaLeader leader = observed.host().leader();
            int hostId = observed.host().hostId();
            Shown now = new Shown(leader == null ? 0 : leader.generation(), observed.state());
            Shown before = shown.put(hostId, now);
            if (!now.equals(before)) {
                read &= tell(output, observed, now, before);
            }
        }
        return read;
    }

    private static boolean tell(
            Output output, HostObservations.Observed observed, Shown now, @Nullable Shown before) {
        DeltaLeader leader = observed.host().leader();
        Instant time = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        OptionalLong age = observed.secondsSinceRenewal();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("time", time);
        fields.put("host_id", observed.host().hostId());
        fields.put("host_generation", leader == null ? null : leader.generation());
        fields.put("host_name", leader == null ? null : leader.hostName());
        fields.put("state", lowerCase(now.state()));
        fields.put("state_before", before == null ? null : lowerCase(before.state()));
        fields.put("seconds_since_seen", age.isPresent() ? age.getAsLong() : null);
        fields.put("problem", observed.host().problem());
        return output.event(
                fields,
                "%s host %d %s%s%s"
                        .formatted(
                                time.truncatedTo(ChronoUnit.SECONDS),
                                observed.host().hostId(),
                                before == null ? "" : before.state() + " -> ",
                                now.state(),
                                leader == null
                                        ? ": " + observed.host().problem()
                                        : " (generation %d, %s)"
                                                .formatted(
                                                        leader.generation(), leader.hostName())));
    }

    private static String lowerCase(HostState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
