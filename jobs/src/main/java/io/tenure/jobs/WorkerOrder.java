package io.tenure.jobs;

import io.tenure.domain.StorageDomain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that is to run in a process of its own, as text: what its worker needs to make it there.
 *
 * @param jobId the job's name on storage
 * @param kind what kind of job it is, in a word for people
 * @param targets the job's volumes, at least one; the first is the one that it is asked for
 * @param abortable whether an abort may stop the job
 * @param recipe who makes the job, and from what
 */
public record WorkerOrder(
        UUID jobId, String kind, List<Target> targets, boolean abortable, JobRecipe recipe) {
    private static final String PARAMETER = "parameter.";

    /**
     * A volume of the job.
     *
     * @param domain the path of the volume's domain
     * @param domainId the domain's id
     * @param volumeId the volume
     * @param expectedGeneration what storage must say of the volume; null compares nothing
     */
    public record Target(
            Path domain, UUID domainId, UUID volumeId, @Nullable Long expectedGeneration) {
        static Target of(JobTarget target) {
            StorageDomain domain = target.domain();
            return new Target(
                    domain.path().toAbsolutePath(),
                    domain.id(),
                    target.volumeId(),
                    target.expectedGeneration());
        }
    }

    /** Keeps the volumes as they are now. */
    public WorkerOrder {
        targets = List.copyOf(targets);
    }

    /**
     * The order for a job.
     *
     * @param job the job, which is not run itself
     * @param recipe its recipe
     * @return the order
     */
    static WorkerOrder of(Job job, JobRecipe recipe) {
        JobRequest request = job.request();
        return new WorkerOrder(
                request.id(),
                request.kind(),
                job.targets().stream().map(Target::of).toList(),
                job.isAbortable(),
                recipe);
    }

    /**
     * The path of the first volume's domain.
     *
     * @return as in the order
     */
    public Path domain() {
        return targets.getFirst().domain();
    }

    /**
     * The id of the first volume's domain.
     *
     * @return as in the order
     */
    public UUID domainId() {
        return targets.getFirst().domainId();
    }

    /**
     * The first volume.
     *
     * @return as in the order
     */
    public UUID volumeId() {
        return targets.getFirst().volumeId();
    }

    /**
     * What storage must say of the first volume.
     *
     * @return as in the order; null compares nothing
     */
    public @Nullable Long expectedGeneration() {
        return targets.getFirst().expectedGeneration();
    }

    /** The volumes of a job that has not begun, or of which nothing is known. */
    List<VolumeResult> untouched() {
        return targets.stream()
                .map(each -> new VolumeResult(each.domainId(), each.volumeId(), null, null, false))
                .toList();
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
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            fields.put("path" + place(i), target.domain().toString());
            fields.put("domain" + place(i), target.domainId().toString());
            fields.put("volume" + place(i), target.volumeId().toString());
            VolumeFields.put(fields, "expected" + place(i), target.expectedGeneration());
        }
        fields.put("abortable", Boolean.toString(abortable));
        fields.put("factory", recipe.factory());
        recipe.parameters().forEach((name, value) -> fields.put(PARAMETER + name, value));
        return fields;
    }

    /** Behind a name: which of the volumes it is about; nothing for the first. */
    private static String place(int index) {
        return index == 0 ? "" : "." + index;
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
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i == 0 || fields.containsKey("volume" + place(i)); i++) {
            targets.add(
                    new Target(
                            Path.of(TextFields.required(fields, "path" + place(i))),
                            UUID.fromString(TextFields.required(fields, "domain" + place(i))),
                            UUID.fromString(TextFields.required(fields, "volume" + place(i))),
                            VolumeFields.number(fields, "expected" + place(i))));
        }
        return new WorkerOrder(
                UUID.fromString(TextFields.required(fields, "job")),
                TextFields.required(fields, "kind"),
                targets,
                Boolean.parseBoolean(TextFields.required(fields, "abortable")),
                new JobRecipe(TextFields.required(fields, "factory"), parameters));
    }
}
