package io.tenure.jobs;

import io.tenure.domain.StorageDomain;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that is to run in a process of its own, as text: what its worker needs to make it there.
 *
 * @param jobId the job's name on storage
 * @param kind what kind of job it is, in a word for people
 * @param domain the path of the volume's domain
 * @param domainId the domain's id
 * @param volumeId the volume
 * @param expectedGeneration what storage must say of the volume; null compares nothing
 * @param abortable whether an abort may stop the job
 * @param recipe who makes the job, and from what
 */
public record WorkerOrder(
        UUID jobId,
        String kind,
        Path domain,
        UUID domainId,
        UUID volumeId,
        @Nullable Long expectedGeneration,
        boolean abortable,
        JobRecipe recipe) {
    private static final String PARAMETER = "parameter.";

    /**
     * The order for a job.
     *
     * @param job the job, which is not run itself
     * @param recipe its recipe
     * @return the order
     */
    static WorkerOrder of(Job job, JobRecipe recipe) {
        JobRequest request = job.request();
        StorageDomain domain = request.domain();
        return new WorkerOrder(
                request.id(),
                request.kind(),
                domain.path().toAbsolutePath(),
                domain.id(),
                request.volumeId(),
                request.expectedGeneration(),
                job.isAbortable(),
                recipe);
    }

    /**
     * What the factory is told.
     *
     * @return as in the recipe
     */
    public Map<String, String> parameters() {
        return recipe.parameters();
    }

    /** In one line. */
    String text() {
        return TextFields.write(fields());
    }

    TreeMap<String, String> fields() {
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put("job", jobId.toString());
        fields.put("kind", kind);
        fields.put("path", domain.toString());
        fields.put("domain", domainId.toString());
        fields.put("volume", volumeId.toString());
        if (expectedGeneration != null) {
            fields.put("expected", expectedGeneration.toString());
        }
        fields.put("abortable", Boolean.toString(abortable));
        fields.put("factory", recipe.factory());
        recipe.parameters().forEach((name, value) -> fields.put(PARAMETER + name, value));
        return fields;
    }

    /**
     * Reads an order.
     *
     * @throws IllegalArgumentException if it is none
     */
    static WorkerOrder parse(String text) {
        Map<String, String> fields = TextFields.read(text);
        TreeMap<String, String> parameters = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(PARAMETER)) {
                parameters.put(name.substring(PARAMETER.length()), value);
            }
        });
        String expected = fields.get("expected");
        return new WorkerOrder(
                UUID.fromString(TextFields.required(fields, "job")),
                TextFields.required(fields, "kind"),
                Path.of(TextFields.required(fields, "path")),
                UUID.fromString(TextFields.required(fields, "domain")),
                UUID.fromString(TextFields.required(fields, "volume")),
                expected == null ? null : Long.valueOf(expected),
                Boolean.parseBoolean(TextFields.required(fields, "abortable")),
                new JobRecipe(TextFields.required(fields, "factory"), parameters));
    }
}
