package io.tenure.tools.work;

import io.tenure.format.ActiveJob;
import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A volume's story in words.
 *
 * @param lines what happened, the oldest first, and who is at work
 * @param next what may safely be done
 */
public record VolumeStory(List<String> lines, String next) {
    /** What is known of a host that worked on the volume, if one has to be waited for. */
    private enum Worker {
        NONE,
        GONE,
        IN_DOUBT
    }

    /**
     * Tells a story.
     *
     * @param open the domain
     * @param report the volume's record, read after the lease
     * @param lease the lease's state
     * @return the story
     */
    public static VolumeStory of(OpenDomain open, VolumeReport report, LeaseReport lease) {
        VolumeRecord record = report.record();
        List<String> lines = new ArrayList<>();
        lines.add(
                "volume %s is at generation %d, and its data %s"
                        .formatted(
                                record.volumeId(),
                                record.generation(),
                                record.legality() == Legality.LEGAL
                                        ? "is legal: the last job that changed it was completed"
                                        : "is illegal: it must not be used"));
        List<Transition> transitions = record.transitions().reversed();
        if (transitions.isEmpty()) {
            lines.add("no job has ended on it yet");
        }
        transitions.forEach(each -> lines.add(VolumeReport.text(each)));
        record.state()
                .releaseReason()
                .ifPresent(reason -> lines.add("its quarantine was ended by a person: " + reason));
        record.activeJob()
                .ifPresent(
                        job -> lines.add("job " + VolumeReport.text(job) + " is named as working"));
        lines.add(
                lease.state() instanceof LeaseState.Unknown(var why)
                        ? "whether its lease is held cannot be told: " + why
                        : "its lease is " + lease.text());
        Worker worker = worker(open, report, lines);
        report.damagedCopy()
                .ifPresent(damaged ->
                        lines.add(
                                "copy %s of its record is damaged: %s; tenure volume repair writes it anew, and so does the next job"
                                        .formatted(damaged.copy(), damaged.problem())));
        return new VolumeStory(List.copyOf(lines), next(record, lease.state(), worker));
    }

    private static Worker worker(OpenDomain open, VolumeReport report, List<String> lines) {
        VolumeRecord record = report.record();
        Optional<HostIdentity> host =
                record.activeJob()
                        .map(job -> new HostIdentity(job.hostId(), job.hostGeneration()))
                        .or(() ->
                                record.quarantine()
                                        .map(it ->
                                                new HostIdentity(
                                                        it.hostId(), it.hostGeneration())));
        if (host.isEmpty()) {
            return Worker.NONE;
        }
        Optional<String> gone;
        try {
            gone =
                    open.leases()
                            .forKind(open.domain().leaseKind())
                            .knownGone(report.leaseArea(), host.get());
        } catch (IOException e) {
            lines.add("whether that host is gone cannot be told: " + e.getMessage());
            return Worker.IN_DOUBT;
        }
        if (record.quarantine().isPresent() || gone.isEmpty()) {
            lines.add(
                    "host %d (host generation %d) %s"
                            .formatted(
                                    host.get().hostId(),
                                    host.get().hostGeneration(),
                                    gone.map(how -> "has no write under way any more: " + how)
                                            .orElse("may have writes under way")));
        }
        return gone.isPresent() ? Worker.GONE : Worker.IN_DOUBT;
    }

    private static String next(VolumeRecord record, LeaseState lease, Worker worker) {
        return switch (lease) {
            case LeaseState.Unknown _ ->
                    "nothing until the lease can be read (tenure lease show, tenure lease repair)";
            case LeaseState.Held _ ->
                    "wait for the holder; tenure volume recon tells what became of its job, and"
                            + " can ask it to let go";
            case LeaseState.Free _ -> nextWhenFree(record, worker);
        };
    }

    private static String nextWhenFree(VolumeRecord record, Worker worker) {
        if (worker == Worker.IN_DOUBT) {
            return "let that host join again or leave, or use a new volume, or say that it is gone"
                    + " (tenure volume release-quarantine); tenure volume recon tells what became"
                    + " of its job";
        }
        Optional<ActiveJob> active = record.activeJob();
        if (active.isPresent()) {
            return "job %s was cut off: tenure volume recon closes its generation, tenure volume repair records its end, or run a new job that expects generation %d"
                    .formatted(active.get().jobId(), record.generation());
        }
        return record.legality() == Legality.LEGAL
                ? "use it, or run a job that expects generation " + record.generation()
                : "write it anew (tenure volume copy, tenure volume zero) with --expect-generation "
                        + record.generation();
    }
}
