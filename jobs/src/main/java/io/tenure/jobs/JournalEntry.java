package io.tenure.jobs;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of a {@link JobJournal}.
 *
 * @param when the time of day
 * @param jobId the job
 * @param kind its kind
 * @param domainId the domain
 * @param volumeId the volume
 * @param process who runs, or ran, it
 * @param end how it ended; empty if this says that it began
 */
public record JournalEntry(
        Instant when,
        UUID jobId,
        String kind,
        UUID domainId,
        UUID volumeId,
        ProcessIdentity process,
        Optional<End> end) {
    private static final int MAX_MESSAGE_CHARACTERS = 1000;

    /**
     * How a job ended, as its process saw it.
     *
     * @param outcome done, aborted or failed
     * @param generationBefore what it found on storage; null if it was never read
     * @param generationAfter what it left there; null if it is not known
     * @param message why it was not committed; empty if it was
     */
    public record End(
            JobState outcome,
            @Nullable Long generationBefore,
            @Nullable Long generationAfter,
            String message) {
        static End of(JobResult result) {
            JobFailure failure = result.failure();
            String message = failure == null ? "" : failure.message();
            return new End(
                    result.outcome(),
                    result.generationBefore(),
                    result.generationAfter(),
                    message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARACTERS)));
        }
    }

    static JournalEntry begun(Instant when, JobRequest request, ProcessIdentity process) {
        return new JournalEntry(
                when,
                request.id(),
                request.kind(),
                request.domain().id(),
                request.volumeId(),
                process,
                Optional.empty());
    }

    static JournalEntry ended(Instant when, JobResult result, ProcessIdentity process) {
        return new JournalEntry(
                when,
                result.jobId(),
                result.kind(),
                result.domainId(),
                result.volumeId(),
                process,
                Optional.of(End.of(result)));
    }

    /** The entry as text: fields in their order, between tabs, each with its name. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(when).append(end.isPresent() ? "\tended" : "\tbegan");
        add(text, "job", jobId);
        add(text, "kind", kind);
        add(text, "domain", domainId);
        add(text, "volume", volumeId);
        add(text, "process", process);
        end.ifPresent(ended -> {
            add(text, "outcome", ended.outcome());
            add(text, "before", ended.generationBefore());
            add(text, "after", ended.generationAfter());
            add(text, "why", ended.message().isEmpty() ? null : ended.message());
        });
        return text.toString();
    }

    private static void add(StringBuilder text, String name, @Nullable Object value) {
        if (value != null) {
            text.append('\t').append(name).append('=');
            text.append(TextFields.escaped(value.toString()));
        }
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
                    UUID.fromString(TextFields.required(fields, "domain")),
                    UUID.fromString(TextFields.required(fields, "volume")),
                    ProcessIdentity.parse(TextFields.required(fields, "process")),
                    parts[1].equals("ended") ? Optional.of(end(fields)) : Optional.empty());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static End end(Map<String, String> fields) {
        return new End(
                JobState.valueOf(TextFields.required(fields, "outcome")),
                number(fields.get("before")),
                number(fields.get("after")),
                fields.getOrDefault("why", ""));
    }

    private static @Nullable Long number(@Nullable String text) {
        return text == null ? null : Long.valueOf(text);
    }
}
