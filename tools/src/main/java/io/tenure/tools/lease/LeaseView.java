package io.tenure.tools.lease;

import io.tenure.format.sanlock.PaxosLeader;
import io.tenure.format.sanlock.RequestRecord;
import io.tenure.lease.sanlock.StoredLease;
import io.tenure.sanlock.HostState;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.work.HostsReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a lease that sanlock guards is shown: what storage says of it, and what is known of its
 * holders.
 */
record LeaseView(LeaseTarget target, StoredLease lease, HostsReport hosts) {

    /** In one word. A lease whose holders are all known to be dead can be acquired. */
    String state() {
        boolean dead =
                !lease.holders().isEmpty()
                        && lease.holders().stream()
                                .allMatch(holder ->
                                        hosts.state(holder.hostId(), holder.hostGeneration())
                                                .filter(HostState.DEAD::equals)
                                                .isPresent());
        return dead ? "dead" : lease.state().name().toLowerCase(Locale.ROOT);
    }

    Map<String, @Nullable Object> fields() {
        PaxosLeader leader = lease.leader();
        RequestRecord request = lease.request();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("slot", target.slotIndex());
        fields.put("volume_id", target.isOfDomain() ? null : target.area().resourceId());
        fields.put("lease_path", target.area().path());
        fields.put("lease_offset", target.area().offsetBytes());
        fields.put("state", state());
        fields.put("lver", leader == null ? null : leader.lver());
        fields.put("holders", lease.holders().stream().map(this::fields).toList());
        fields.put("last_owner_host_id", leader == null ? null : leader.ownerId());
        fields.put("last_owner_generation", leader == null ? null : leader.ownerGeneration());
        fields.put(
                "request",
                request == null || !request.isPending()
                        ? null
                        : Map.of("lver", request.lver(), "mode", mode(request)));
        fields.put("problem", lease.problem());
        return fields;
    }

    private Map<String, @Nullable Object> fields(StoredLease.Holder holder) {
        OptionalLong age = hosts.renewedSecondsAgo(holder.hostId(), holder.hostGeneration());
        OptionalLong atLeast = hosts.stored().heldSecondsAtRenewal(holder);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("host_id", holder.hostId());
        fields.put("host_generation", holder.hostGeneration());
        fields.put("host_name", hosts.name(holder.hostId()));
        fields.put(
                "host_state",
                hosts.state(holder.hostId(), holder.hostGeneration())
                        .map(state -> state.name().toLowerCase(Locale.ROOT))
                        .orElse(null));
        fields.put("since_timestamp", holder.sinceSeconds() == 0 ? null : holder.sinceSeconds());
        fields.put("held_seconds_at_renewal", atLeast.isPresent() ? atLeast.getAsLong() : null);
        fields.put("seconds_since_seen", age.isPresent() ? age.getAsLong() : null);
        return fields;
    }

    /** The holders' host ids. */
    String hostIds() {
        return lease.holders().isEmpty()
                ? "-"
                : lease.holders().stream()
                        .map(holder -> Long.toString(holder.hostId()))
                        .collect(Collectors.joining(","));
    }

    String lver() {
        PaxosLeader leader = lease.leader();
        return leader == null ? "-" : Long.toString(leader.lver());
    }

    /** For how long, by the holder that has it longest. */
    String held() {
        return longest(lease.holders());
    }

    private String longest(List<StoredLease.Holder> holders) {
        StoredLease.Holder first = null;
        long most = -1;
        for (StoredLease.Holder holder : holders) {
            long seconds = hosts.stored().heldSecondsAtRenewal(holder).orElse(-1);
            if (seconds > most) {
                most = seconds;
                first = holder;
            }
        }
        return first == null ? "-" : held(first);
    }

    /**
     * For how long a holder has it: at its last renewal by its own clock, and since then by ours.
     * If we have not seen that renewal, it is longer than the first.
     */
    String held(StoredLease.Holder holder) {
        OptionalLong atRenewal = hosts.stored().heldSecondsAtRenewal(holder);
        if (atRenewal.isEmpty()) {
            return "-";
        }
        OptionalLong age = hosts.renewedSecondsAgo(holder.hostId(), holder.hostGeneration());
        return age.isPresent()
                ? HumanSize.ofSeconds(atRenewal.getAsLong() + age.getAsLong())
                : ">" + HumanSize.ofSeconds(atRenewal.getAsLong());
    }

    /** How long ago the holder's host renewed; of several, the one that is most behind. */
    String renewed() {
        long oldest = -1;
        for (StoredLease.Holder holder : lease.holders()) {
            OptionalLong age = hosts.renewedSecondsAgo(holder.hostId(), holder.hostGeneration());
            if (age.isEmpty()) {
                return "-";
            }
            oldest = Math.max(oldest, age.getAsLong());
        }
        return oldest < 0 ? "-" : oldest + " s";
    }

    /** A holder and its host, in words. */
    String text(StoredLease.Holder holder) {
        return "host %d (%s, host generation %d, %s)"
                .formatted(
                        holder.hostId(),
                        hosts.name(holder.hostId()),
                        holder.hostGeneration(),
                        hosts.state(holder.hostId(), holder.hostGeneration())
                                .map(HostState::name)
                                .orElse("state not known"));
    }

    static String mode(RequestRecord request) {
        return request.mode() == RequestRecord.FORCE
                ? "force"
                : request.mode() == RequestRecord.GRACEFUL ? "graceful" : "none";
    }
}
