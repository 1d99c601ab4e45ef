package io.tenure.jobs;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A job that is to run in a process of its own, as text: what its worker needs to make it there.
 *
 * @param jobId the job's name on storage
 * @param kind what kind of job it is, in a word for people
 * @param domain the path of the volume's domain
 * @param domainId the domain's id
 * @param volumeId the volume
 * @param factory the name of a public {@link JobFactory} with a public constructor without
 *     parameters, on the worker's class path
 * @param parameters what the factory is told
 */
public record WorkerOrder(
        UUID jobId,
        String kind,
        Path domain,
        UUID domainId,
        UUID volumeId,
        String factory,
        Map<String, String> parameters) {
    private static final String PARAMETER = "parameter.";

    String text() {
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put("job", jobId.toString());
        fields.put("kind", kind);
        fields.put("path", domain.toAbsolutePath().toString());
        fields.put("domain", domainId.toString());
        fields.put("volume", volumeId.toString());
        fields.put("factory", factory);
        parameters.forEach((name, value) -> fields.put(PARAMETER + name, value));
        return TextFields.write(fields);
    }

    static WorkerOrder parse(String text) {
        Map<String, String> fields = TextFields.read(text);
        TreeMap<String, String> parameters = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(PARAMETER)) {
                parameters.put(name.substring(PARAMETER.length()), value);
            }
        });
        return new WorkerOrder(
                UUID.fromString(TextFields.required(fields, "job")),
                TextFields.required(fields, "kind"),
                Path.of(TextFields.required(fields, "path")),
                UUID.fromString(TextFields.required(fields, "domain")),
                UUID.fromString(TextFields.required(fields, "volume")),
                TextFields.required(fields, "factory"),
                parameters);
    }
}
