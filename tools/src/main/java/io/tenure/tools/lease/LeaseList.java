package io.tenure.tools.lease;

import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.LeaseKind;
import io.tenure.lease.LeaseState;
import io.tenure.lease.sanlock.SanlockSectors;
import io.tenure.lease.sanlock.StoredLease;
import io.tenure.tools.output.Output;
import io.tenure.tools.output.TextTable;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.HostsReport;
import io.tenure.tools.work.LeaseReport;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class LeaseList implements Verb {
    private Path path = Path.of("");

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "List the leases of a domain: who holds each, for how long, and when its host was last"
                        + " seen to renew. Reads storage; a sanlock daemon that has joined adds"
                        + " whether hosts live.");
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
            List<LeaseTarget> targets = targets(open.domain());
            if (open.domain().leaseKind() == LeaseKind.LOCAL) {
                listLocal(open, targets, output);
            } else {
                listSanlock(open, targets, output);
            }
        }
        return ExitCode.DONE;
    }

    private static List<LeaseTarget> targets(StorageDomain domain) throws IOException {
        List<LeaseTarget> targets = new ArrayList<>();
        targets.add(LeaseTarget.ofDomain(domain));
        for (Volume volume : domain.volumes()) {
            targets.add(LeaseTarget.of(domain, volume));
        }
        return targets;
    }

    private static void listSanlock(OpenDomain open, List<LeaseTarget> targets, Output output)
            throws IOException, InterruptedException {
        HostsReport hosts = HostsReport.of(open);
        List<StoredLease> leases =
                new SanlockSectors(open.domain())
                        .leases(targets.stream().map(LeaseTarget::area).toList(), hosts.stored());
        List<LeaseView> views = new ArrayList<>(targets.size());
        for (int i = 0; i < targets.size(); i++) {
            views.add(new LeaseView(targets.get(i), leases.get(i), hosts));
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("domain_id", open.domain().id());
        fields.put("lease_kind", "sanlock");
        fields.put("problem", hosts.problem().orElse(null));
        fields.put("leases", views.stream().map(LeaseView::fields).toList());
        hosts.problem().ifPresent(problem -> output.warning("from storage alone: " + problem));
        output.result(fields, () -> text(views));
    }

    private static String text(List<LeaseView> views) {
        TextTable table = new TextTable("SLOT", "VOLUME", "STATE", "LVER", "HOST", "HELD", "SEEN");
        StringBuilder below = new StringBuilder();
        for (LeaseView view : views) {
            table.row(
                    view.target().slotIndex(),
                    name(view.target()),
                    view.state(),
                    view.lver(),
                    view.hostIds(),
                    view.held(),
                    view.renewed());
            String problem = view.lease().problem();
            if (problem != null) {
                below.append("slot %d: %s%n".formatted(view.target().slotIndex(), problem));
            }
        }
        return table.render() + below;
    }

    private static void listLocal(OpenDomain open, List<LeaseTarget> targets, Output output)
            throws IOException, InterruptedException {
        List<Map<String, @Nullable Object>> leases = new ArrayList<>();
        TextTable table = new TextTable("SLOT", "VOLUME", "STATE");
        StringBuilder below = new StringBuilder();
        for (LeaseTarget target : targets) {
            LeaseReport report = LeaseReport.of(open, target.area());
            Map<String, @Nullable Object> lease = new LinkedHashMap<>();
            lease.put("slot", target.slotIndex());
            lease.put("volume_id", target.isOfDomain() ? null : target.area().resourceId());
            lease.put("lease_path", target.area().path());
            lease.put("lease_offset", target.area().offsetBytes());
            lease.putAll(report.fields());
            leases.add(lease);
            table.row(target.slotIndex(), name(target), lease.get("state") + "");
            if (!(report.state() instanceof LeaseState.Free)) {
                below.append("slot %d: %s%n".formatted(target.slotIndex(), report.text()));
            }
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("domain_id", open.domain().id());
        fields.put("lease_kind", "local");
        fields.put("problem", null);
        fields.put("leases", leases);
        output.result(fields, () -> table.render() + below);
    }

    private static String name(LeaseTarget target) {
        return target.isOfDomain() ? "(the domain)" : target.area().resourceId().toString();
    }
}
