package io.tenure.tools.lease;

import io.tenure.format.LeaseKind;
import io.tenure.format.sanlock.PaxosLeader;
import io.tenure.format.sanlock.RequestRecord;
import io.tenure.lease.sanlock.SanlockSectors;
import io.tenure.lease.sanlock.StoredLease;
import io.tenure.tools.output.Output;
import io.tenure.tools.output.TextDetails;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.HostsReport;
import io.tenure.tools.work.LeaseReport;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

final class LeaseShow implements Verb {
    private VolumeTarget volume = new VolumeTarget();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Explain one lease: owner, version, since when, state, and when the owner's host was"
                        + " last seen to renew. Reads storage; a sanlock daemon that has joined adds"
                        + " whether hosts live. The domain's own lease goes by the domain's id.");
        volume.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption)
            throws IOException, InterruptedException {
        try (OpenDomain open = OpenDomain.forReading(volume.path())) {
            LeaseTarget target = LeaseTarget.find(open.domain(), volume.volumeId());
            if (open.domain().leaseKind() == LeaseKind.LOCAL) {
                showLocal(open, target, output);
            } else {
                showSanlock(open, target, output);
            }
        }
        return ExitCode.DONE;
    }

    private static void showSanlock(OpenDomain open, LeaseTarget target, Output output)
            throws IOException, InterruptedException {
        HostsReport hosts = HostsReport.of(open);
        StoredLease lease = new SanlockSectors(open.domain()).lease(target.area(), hosts.stored());
        LeaseView view = new LeaseView(target, lease, hosts);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("domain_id", open.domain().id());
        fields.put("lease_kind", "sanlock");
        fields.putAll(view.fields());
        fields.put("hosts_problem", hosts.problem().orElse(null));
        hosts.problem().ifPresent(problem -> output.warning("from storage alone: " + problem));
        output.result(fields, () -> text(view).render());
    }

    private static TextDetails text(LeaseView view) {
        StoredLease lease = view.lease();
        TextDetails details = place(view.target()).detail("state", meaning(view));
        for (StoredLease.Holder holder : lease.holders()) {
            OptionalLong age =
                    view.hosts().renewedSecondsAgo(holder.hostId(), holder.hostGeneration());
            details.detail("holder", view.text(holder))
                    .detail("held for", heldFor(view, holder))
                    .detail(
                            "seen",
                            age.isPresent()
                                    ? "renewed its host id %d s ago".formatted(age.getAsLong())
                                    : "not known when it renewed its host id");
        }
        PaxosLeader leader = lease.leader();
        if (leader != null) {
            details.detail("lver", leader.lver());
            if (lease.holders().isEmpty() && leader.ownerId() != 0) {
                details.detail(
                        "last owner",
                        "host %d (host generation %d)"
                                .formatted(leader.ownerId(), leader.ownerGeneration()));
            }
        }
        RequestRecord request = lease.request();
        if (request != null && leader != null && request.lver() > leader.lver()) {
            details.detail(
                    "asked for",
                    "%s, for lver %d".formatted(LeaseView.mode(request), request.lver()));
        }
        return details;
    }

    private static String heldFor(LeaseView view, StoredLease.Holder holder) {
        String held = view.held(holder);
        if (held.equals("-")) {
            return "not known";
        }
        return held.startsWith(">")
                ? held.substring(1) + " at least, up to its last renewal"
                : held;
    }

    private static String meaning(LeaseView view) {
        return switch (view.state()) {
            case "free" -> "free";
            case "held" -> "held";
            case "shared" -> "held shared";
            case "dead" -> "held by the dead: anybody may acquire it";
            case "left" -> "left behind by a host that has gone: anybody may acquire it";
            case "broken" ->
                    "broken, nobody can acquire it: "
                            + view.lease().problem()
                            + "; see tenure lease repair";
            default -> "cannot be told: " + view.lease().problem();
        };
    }

    private static void showLocal(OpenDomain open, LeaseTarget target, Output output)
            throws IOException, InterruptedException {
        LeaseReport report = LeaseReport.of(open, target.area());
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("domain_id", open.domain().id());
        fields.put("lease_kind", "local");
        fields.put("slot", target.slotIndex());
        fields.put("volume_id", target.isOfDomain() ? null : target.area().resourceId());
        fields.put("lease_path", target.area().path());
        fields.put("lease_offset", target.area().offsetBytes());
        fields.putAll(report.fields());
        output.result(fields, () -> place(target).detail("state", report.text()).render());
    }

    private static TextDetails place(LeaseTarget target) {
        return new TextDetails()
                .detail(target.isOfDomain() ? "domain" : "volume", target.area().resourceId())
                .detail(
                        "lease",
                        "slot %d, %s at %d"
                                .formatted(
                                        target.slotIndex(),
                                        target.area().path(),
                                        target.area().offsetBytes()));
    }
}
