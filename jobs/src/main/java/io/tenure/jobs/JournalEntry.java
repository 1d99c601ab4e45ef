package io.tenure.jobs;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One line of a {@link JobJournal}.
 *
 * @param when the time of day
 * @param jobId the job
 * @param kind its kind
 * @param volumes the volumes, at least one; as the job left them if this says that it ended
 * @param process who runs, or ran, it
 * @param end how it ended; empty if this says that it began
 */
public record JournalEntry(
        Instant when,
        UUID jobId,
        String kind,
        List<VolumeResult> volumes,
        ProcessIdentity process,
        Optional<End> end) {
    private static final int MAX_MESSAGE_CHARACTERS = 1000;

    /**
     * How a job ended, as its process saw it.
     *
     * @param outcome done, aborted or failed
     * @param message why it was not committed; empty if it was
     */
    public record End(JobState outcome, String message) {
        static End of(JobResult result) {
            JobFailure failure = result.failure();
            String message = failure == null ? "" : failure.message();
            return new End(
                    result.outcome(),
                    message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARACTERS)));
        }
    }

    /** Keeps the volumes as they are now. */
    public JournalEntry {
        volumes = List.copyOf(volumes);
    }

    static JournalEntry begun(
            Instant when,
            JobRequest request,
            List<VolumeResult> untouched,
            ProcessIdentity process) {
        return new JournalEntry(
                when, request.id(), request.kind(), untouched, process, Optional.empty());
    }

    static JournalEntry ended(Instant when, JobResult result, ProcessIdentity process) {
        return new JournalEntry(
                when,
                result.jobId(),
                result.kind(),
                result.volumes(),
                process,
                Optional.of(End.of(result)));
    }

    /**
     * The first of the volumes, the one that the job is asked for.
     *
     * @return its id
     */
    public UUID volumeId() {
        return volumes.getFirst().volumeId();
    }

    /**
     * The domain of the first of the volumes.
     *
     * @return its id
     */
    public UUID domainId() {
        return volumes.getFirst().domainId();
    }

    /**
     * The entry as text: fields in their order, between tabs, each with its name. The first volume
     * has the names that it had when there was no other.
     */
    String text() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("job", jobId.toString());
        fields.put("kind", kind);
        fields.put("domain", domainId().toString());
        fields.put("volume", volumeId().toString());
        fields.put("process", process.toString());
        end.ifPresent(ended -> {
            VolumeResult first = volumes.getFirst();
            fields.put("outcome", ended.outcome().name());
            VolumeFields.put(fields, "before", first.generationBefore());
            VolumeFields.put(fields, "after", first.generationAfter());
            VolumeFields.put(fields, "committed", first.committed());
            VolumeFields.put(fields, "why", ended.message().isEmpty() ? null : ended.message());
        });
        VolumeFields.put(fields, volumes, 1);
        return when + (end.isPresent() ? "\tended\t" : "\tbegan\t") + TextFields.write(fields);
    }

    /**
     * Reads an entry.
     *
     * @param text what {@link #text} made; names that it does not know are passed over
     * @throws IllegalArgumentException if it is none
     */
    static JournalEntry parse(String text) {
        String[] parts = text.split("\t", -1);
        if (parts.length < 2) {
            throw new IllegalArgumentException("too short");
        }
        Map<String, String> fields = TextFields.read(text);
        try {
            return new JournalEntry(
                    Instant.parse(parts[0]),
                    UUID.fromString(TextFields.required(fields, "job")),
                    TextFields.required(fields, "kind"),
                    volumes(fields),
                    ProcessIdentity.parse(TextFields.required(fields, "process")),
                    parts[1].equals("ended") ? Optional.of(end(fields)) : Optional.empty());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<VolumeResult> volumes(Map<String, String> fields) {
        List<VolumeResult> volumes = new ArrayList<>();
        String committed = fields.get("committed"); // what earlier builds did not write
        volumes.add(
                new VolumeResult(
                        UUID.fromString(TextFields.required(fields, "domain")),
                        UUID.fromString(TextFields.required(fields, "volume")),
                        VolumeFields.number(fields, "before"),
                        VolumeFields.number(fields, "after"),
                        committed == null
                                ? JobState.DONE.name().equals(fields.get("outcome"))
                                : Boolean.parseBoolean(committed)));
        volumes.addAll(VolumeFields.read(fields, 1));
        return volumes;
    }

    private static End end(Map<String, String> fields) {
        return new End(
                JobState.valueOf(TextFields.required(fields, "outcome")),
                fields.getOrDefault("why", ""));
    }
}
