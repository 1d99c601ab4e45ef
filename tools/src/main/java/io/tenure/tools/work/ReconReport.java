package io.tenure.tools.work;

import io.tenure.format.ActiveJob;
import io.tenure.format.Quarantine;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.jobs.FailureKind;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.tools.verb.ExitCode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How the outcome of a reconnaissance is shown.
 *
 * @param question what was asked
 * @param outcome what was found
 */
public record ReconReport(ReconQuestion question, ReconOutcome outcome) {
    /**
     * The command's exit code for it.
     *
     * @return one for each kind of outcome
     */
    public ExitCode exitCode() {
        return switch (outcome) {
            case ReconOutcome.Completed _ -> ExitCode.DONE;
            case ReconOutcome.Running _ -> ExitCode.JOB_RUNNING;
            case ReconOutcome.Preempted _ -> ExitCode.JOB_PREEMPTED;
            case ReconOutcome.Interrupted _ -> ExitCode.JOB_INTERRUPTED;
            case ReconOutcome.Failed _ -> ExitCode.JOB_FAILED;
            case ReconOutcome.NotStarted _ -> ExitCode.JOB_NOT_STARTED;
            case ReconOutcome.Superseded _ -> ExitCode.JOB_SUPERSEDED;
            case ReconOutcome.Invalid _ -> ExitCode.JOB_INVALID;
            case ReconOutcome.Unknown _ -> ExitCode.JOB_UNKNOWN;
        };
    }

    /**
     * The outcome for programs.
     *
     * @return fields in their order; those that an outcome does not have are null
     */
    public Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("domain_id", question.domain().id());
        fields.put("volume_id", question.volumeId());
        fields.put("job_id", question.jobId());
        fields.put("expected_generation", question.generation());
        fields.put("outcome", word());
        fields.put("final", outcome.isFinal());
        fields.put("fenced", null);
        fields.put("host_id", null);
        fields.put("host_generation", null);
        fields.put("since", null);
        fields.put("failure_code", null);
        fields.put("transition", null);
        fields.put("quarantine", null);
        fields.put("problem", null);
        switch (outcome) {
            case ReconOutcome.Running(var host, Optional<Instant> since, _) ->
                    host(fields, host.hostId(), host.hostGeneration(), since.orElse(null));
            case ReconOutcome.Completed(var by) ->
                    fields.put("transition", VolumeReport.fields(by));
            case ReconOutcome.Preempted(var by, OptionalInt code) -> {
                fields.put("transition", VolumeReport.fields(by));
                fields.put("failure_code", code.isPresent() ? code.getAsInt() : null);
            }
            case ReconOutcome.Interrupted(var job, boolean fenced, var quarantine) -> {
                fields.put("fenced", fenced);
                job.ifPresent(it -> host(fields, it.hostId(), it.hostGeneration(), it.start()));
                fields.put("quarantine", quarantine.map(VolumeReport::fields).orElse(null));
            }
            case ReconOutcome.Failed(var by, boolean fenced) -> {
                fields.put("fenced", fenced);
                fields.put("transition", VolumeReport.fields(by));
                fields.put("failure_code", by.failureCode());
            }
            case ReconOutcome.NotStarted(boolean fenced) -> fields.put("fenced", fenced);
            case ReconOutcome.Superseded _ -> {}
            case ReconOutcome.Invalid(var why) -> fields.put("problem", why);
            case ReconOutcome.Unknown(var why) -> fields.put("problem", why);
        }
        return fields;
    }

    private static void host(
            Map<String, @Nullable Object> fields,
            long hostId,
            long hostGeneration,
            @Nullable Instant since) {
        fields.put("host_id", hostId);
        fields.put("host_generation", hostGeneration);
        fields.put("since", since);
    }

    private String word() {
        return exitCode() == ExitCode.DONE
                ? "completed"
                : exitCode().name().substring("JOB_".length()).toLowerCase(Locale.ROOT);
    }

    /**
     * The outcome for people.
     *
     * @return one sentence
     */
    public String sentence() {
        String job = "job " + question.jobId();
        long generation = question.generation();
        return switch (outcome) {
            case ReconOutcome.Running(_, var since, var description) ->
                    "running: the lease is held by %s%s"
                            .formatted(
                                    description,
                                    since.map(start -> ", at work since " + start).orElse(""));
            case ReconOutcome.Completed(var by) ->
                    "completed: %s did its work at generation %d, on host %d, %s"
                            .formatted(job, generation, by.hostId(), by.time());
            case ReconOutcome.Preempted(var by, var code) ->
                    "preempted: generation %d was left without the work of %s%s, %s"
                            .formatted(generation, job, ended(code), left(by));
            case ReconOutcome.Interrupted(var active, boolean fenced, var quarantine) ->
                    "interrupted: %s was cut off%s, and the content that it left is not defined%s%s"
                            .formatted(
                                    job,
                                    active.map(ReconReport::where).orElse(""),
                                    closed(fenced),
                                    quarantine.map(ReconReport::inQuarantine).orElse(""));
            case ReconOutcome.Failed(var by, boolean fenced) ->
                    "failed: %s gave up with code %d%s%s"
                            .formatted(job, by.failureCode(), whereFailed(by), closed(fenced));
            case ReconOutcome.NotStarted(boolean fenced) ->
                    "not started: %s has not touched the volume%s"
                            .formatted(
                                    job,
                                    fenced
                                            ? ", and never will: generation "
                                                    + generation
                                                    + " is closed"
                                            : ", but may still begin");
            case ReconOutcome.Superseded(long now) ->
                    "superseded: %s does not run and never will; how it ended is not kept any more, the volume is at generation %d"
                            .formatted(job, now);
            case ReconOutcome.Invalid(var why) -> "invalid: " + why;
            case ReconOutcome.Unknown(var why) -> "unknown: " + why;
        };
    }

    private static String where(ActiveJob active) {
        return " on host %d (host generation %d)"
                .formatted(active.hostId(), active.hostGeneration());
    }

    private static String whereFailed(Transition by) {
        return by.kind() == TransitionKind.FENCED // written by another host, later
                ? ""
                : " on host %d, %s".formatted(by.hostId(), by.time());
    }

    private static String ended(OptionalInt code) {
        if (code.isEmpty()) {
            return "";
        }
        return code.getAsInt() == FailureKind.INTERRUPTED.code()
                ? ", which had begun and was cut off"
                : ", which had failed with code " + code.getAsInt();
    }

    private static String left(Transition by) {
        return switch (by.kind()) {
            case FENCED ->
                    "by a fence of host %d against job %s, %s"
                            .formatted(by.hostId(), by.jobId(), by.time());
            case COMPLETED, UPDATED, RELEASED, FAILED ->
                    "by job %s on host %d, %s".formatted(by.jobId(), by.hostId(), by.time());
        };
    }

    private static String closed(boolean fenced) {
        return fenced ? "; the generation is closed" : "";
    }

    private static String inQuarantine(Quarantine quarantine) {
        return "; the volume is in quarantine, since that host may still have writes under way";
    }
}
