package io.tenure.tools.work;

import io.tenure.domain.LeaseArea;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseOwner;
import io.tenure.lease.LeaseState;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How the state of a lease is shown.
 *
 * @param state what storage says of it
 */
public record LeaseReport(LeaseState state) {
    /** sanlock's client library waits for its daemon without end; a look need not. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /**
     * Asks who holds a lease, and gives up after some seconds.
     *
     * @param domain the domain of the lease
     * @param area the lease
     * @return its report
     * @throws IOException if there is no manager for it
     * @throws InterruptedException if this thread was interrupted
     */
    public static LeaseReport of(OpenDomain domain, LeaseArea area)
            throws IOException, InterruptedException {
        LeaseManager manager = domain.leases().forKind(area.kind());
        FutureTask<LeaseState> inspection = new FutureTask<>(() -> manager.inspect(area));
        Thread.ofPlatform().name("tenure-inspect").daemon().start(inspection);
        try {
            return new LeaseReport(inspection.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return unknown("no answer within " + LIMIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            return unknown(String.valueOf(e.getCause()));
        }
    }

    private static LeaseReport unknown(String why) {
        return new LeaseReport(new LeaseState.Unknown(why));
    }

    /**
     * The state for programs.
     *
     * @return {@code state} free, held or unknown; {@code owners}; and why it is unknown
     */
    public Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(
                "state",
                switch (state) {
                    case LeaseState.Free _ -> "free";
                    case LeaseState.Held _ -> "held";
                    case LeaseState.Unknown _ -> "unknown";
                });
        List<LeaseOwner> owners = state instanceof LeaseState.Held(var held) ? held : List.of();
        fields.put("owners", owners.stream().map(LeaseReport::fields).toList());
        fields.put("problem", state instanceof LeaseState.Unknown(var why) ? why : null);
        return fields;
    }

    private static Map<String, Object> fields(LeaseOwner owner) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("host_id", owner.host().hostId());
        fields.put("host_generation", owner.host().hostGeneration());
        fields.put("description", owner.description());
        return fields;
    }

    /**
     * The state for people.
     *
     * @return in words
     */
    public String text() {
        return switch (state) {
            case LeaseState.Free _ -> "free";
            case LeaseState.Held(var owners) ->
                    "held by "
                            + String.join(
                                    " and ", owners.stream().map(LeaseOwner::description).toList());
            case LeaseState.Unknown(var why) -> "cannot be told: " + why;
        };
    }
}
