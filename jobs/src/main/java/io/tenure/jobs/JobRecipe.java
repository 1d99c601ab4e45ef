package io.tenure.jobs;

import java.util.Map;

/**
 * How another process makes a job anew: which factory makes it, and what that is told beside what
 * stands in the job's {@link JobRequest} and {@link Job#targets}. Text, since that is what arrives
 * there.
 *
 * @param factory the name of a public {@link JobFactory} with a public constructor without
 *     parameters, on the worker's class path
 * @param parameters what the factory is told
 */
public record JobRecipe(String factory, Map<String, String> parameters) {
    /** Keeps the parameters as they are now. */
    public JobRecipe {
        parameters = Map.copyOf(parameters);
    }

    /**
     * A recipe by the factory's class.
     *
     * @param factory the class
     * @param parameters what it is told
     * @return the recipe
     */
    public static JobRecipe of(
            Class<? extends JobFactory> factory, Map<String, String> parameters) {
        return new JobRecipe(factory.getName(), parameters);
    }
}
