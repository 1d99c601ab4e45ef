package io.tenure.tools.volume;

import io.tenure.domain.Clock;
import io.tenure.format.LeaseKind;
import io.tenure.lease.sanlock.LeaseRequests;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.Preemption;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import io.tenure.sanlock.RequestMode;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.Choices;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.IdConverter;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.OpenDomain;
import io.tenure.tools.work.ReconReport;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;

final class VolumeRecon implements Verb {
    /** A day; who wants to wait longer has something else in mind. */
    private static final int MAX_WAIT_SECONDS = 86_400;

    private VolumeTarget target = new VolumeTarget();
    private UUID jobId = new UUID(0, 0);
    private ExpectedGeneration expected = new ExpectedGeneration();
    private ReconSettings.Pressure pressure = ReconSettings.Pressure.NONE;
    private int waitSeconds;
    private boolean preempt;
    private boolean noPreempt;

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Find out from storage what became of a job: reads who holds the volume's lease, then"
                        + " decides under the lease by the record. Exit code 0 completed, 10 running,"
                        + " 11 preempted, 12 interrupted, 13 failed, 14 not started, 15 superseded,"
                        + " 16 invalid, 17 unknown. A job that was interrupted or has not started is"
                        + " fenced: its generation is closed, so that it can never run.");
        target.describe(syntax);
        syntax.requiredOption(
                "--job-id", "UUID", "The job.", new IdConverter(), given -> jobId = given);
        syntax.requiredOption(
                "--expect-generation",
                "G",
                "The generation that the job was to find.",
                Values.LONG,
                expected::set);
        syntax.option(
                "--request",
                "HOW",
                "Ask a host that holds the lease to let go: none, graceful, or force, which is"
                        + " graceful for half of the wait and then kills (default: none). A host"
                        + " may take ten times its I/O timeout to act on a request.",
                text -> Choices.parse(ReconSettings.Pressure.class, text),
                given -> pressure = given);
        syntax.option(
                "--wait",
                "SECONDS",
                "For how long to wait while the lease is held (default: 0).",
                Values.INTEGER,
                given -> waitSeconds = given);
        syntax.flag(
                "--preempt",
                "Close the generation of a job that recorded its failure, too.",
                () -> preempt = true);
        syntax.flag("--no-preempt", "Write nothing, whatever is found.", () -> noPreempt = true);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption)
            throws IOException, InterruptedException, CommandException {
        long generation = expected.generation();
        ReconSettings settings = settings();
        try (OpenDomain open = OpenDomain.forJobs(target.path())) {
            ReconQuestion question =
                    new ReconQuestion(open.domain(), target.volumeId(), jobId, generation);
            Thread asking = Thread.currentThread();
            interruption.onSignal(asking::interrupt);
            ReconOutcome outcome =
                    new Reconnaissance(open.leases(), requests(open, output), Clock.SYSTEM)
                            .ask(question, settings, output::warning);
            ReconReport report = new ReconReport(question, outcome);
            output.result(report.fields(), () -> report.sentence() + "\n");
            return report.exitCode();
        }
    }

    private ReconSettings settings() throws CommandException {
        if (preempt && noPreempt) {
            throw usage("--preempt and --no-preempt exclude each other");
        }
        if (waitSeconds < 0 || waitSeconds > MAX_WAIT_SECONDS) {
            throw usage(
                    "--wait is %d: it must be 0 to %d seconds"
                            .formatted(waitSeconds, MAX_WAIT_SECONDS));
        }
        if (pressure != ReconSettings.Pressure.NONE && waitSeconds == 0) {
            throw usage("--request needs --wait: a holder that is asked takes time to let go");
        }
        Preemption preemption =
                noPreempt
                        ? Preemption.NEVER
                        : preempt ? Preemption.FAILED_JOBS_TOO : Preemption.UNDECIDED_JOBS;
        return ReconSettings.DEFAULT
                .with(preemption)
                .with(pressure, Duration.ofSeconds(waitSeconds));
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    private HolderRequests requests(OpenDomain open, Output output) throws IOException {
        if (open.domain().leaseKind() == LeaseKind.LOCAL) {
            return HolderRequests.NONE;
        }
        LeaseRequests requests = open.requests();
        return (area, holder, mode) -> {
            LeaseRequests.Sent sent = requests.send(area, mode, OptionalLong.of(holder.hostId()));
            int left = mode == RequestMode.FORCE ? waitSeconds / 2 : waitSeconds;
            if (left < sent.withinSeconds()) {
                output.warning(
                        "host %d may take %d s to act on a request, and the wait ends in %d s: ask again, or wait longer"
                                .formatted(holder.hostId(), sent.withinSeconds(), left));
            }
        };
    }
}
