package io.tenure.testing.jobs;

import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.JobRecipe;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job for either isolation that does as it is told: waits at a given place until a file is there,
 * fails, or prints rubbish.
 */
public final class SlowJob extends BodyJob {
    /** The file to wait for; the job does not wait without it. */
    public static final String UNTIL = "until";

    /** Where it waits: validate, work, which is where it does so otherwise, or commit. */
    public static final String AT = "at";

    /** A file that is made when the waiting begins; with {@link #CLOSED} when an abort is seen. */
    public static final String SIGN = "sign";

    /** Behind the name of the sign, for that of an abort. */
    public static final String CLOSED = ".closed";

    /** That an abort is refused. */
    public static final String UNABORTABLE = "unabortable";

    /** What the work fails with after the waiting, which does not look for an abort then. */
    public static final String FAIL = "fail";

    /** What is printed to the standard output of the process, again and again, or "once ..". */
    public static final String RUBBISH = "rubbish";

    /** How far it is while it works. */
    public static final JobProgress PROGRESS = new JobProgress(3, 7);

    private final Map<String, String> parameters;

    /**
     * Creates a job.
     *
     * @param id its id
     * @param domain the domain of the volume
     * @param volumeId the volume
     * @param expectedGeneration what storage must say; null for whatever
     * @param parameters what it is to do
     */
    public SlowJob(
            UUID id,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            Map<String, String> parameters) {
        super(id, domain, volumeId, expectedGeneration, context -> {});
        this.parameters = parameters;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(JobRecipe.of(SlowJobFactory.class, parameters));
    }

    @Override
    public boolean isAbortable() {
        return !parameters.containsKey(UNABORTABLE);
    }

    @Override
    public void validate(JobContext context) throws IOException {
        await("validate", context);
    }

    @Override
    public void work(JobContext context) throws IOException {
        context.reportProgress(() -> PROGRESS);
        String rubbish = parameters.get(RUBBISH);
        if (rubbish != null) {
            print(rubbish);
        }
        await("work", context);
        String why = parameters.get(FAIL);
        if (why != null) {
            throw new IOException(why);
        }
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        try {
            await("commit", context);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return super.commit(context, current);
    }

    private void await(String place, JobContext context) throws IOException {
        String until = parameters.get(UNTIL);
        if (until == null || !parameters.getOrDefault(AT, "work").equals(place)) {
            return;
        }
        String sign = parameters.get(SIGN);
        if (sign != null) {
            Files.createFile(Path.of(sign));
        }
        boolean closed = false;
        while (!Files.exists(Path.of(until))) {
            if (sign != null && !closed && context.gate().closedReason().isPresent()) {
                Files.createFile(Path.of(sign + CLOSED));
                closed = true;
            }
            if (place.equals("work") && !parameters.containsKey(FAIL)) {
                context.checkGate();
            }
            pause();
        }
    }

    private static void print(String rubbish) throws IOException {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        byte[] bytes = rubbish.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        if (rubbish.startsWith("once")) {
            out.write(bytes);
            return;
        }
        Thread.ofPlatform().daemon().start(() -> printForEver(out, bytes));
    }

    private static void printForEver(OutputStream out, byte[] bytes) {
        try {
            while (true) {
                out.write(bytes);
            }
        } catch (IOException e) {
            System.err.println("nobody reads: " + e.getMessage());
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(Duration.ofMillis(5));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
