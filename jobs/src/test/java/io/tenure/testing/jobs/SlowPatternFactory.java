package io.tenure.testing.jobs;

import io.tenure.domain.StorageDomain;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFactory;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.WorkerOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Makes jobs for workers: such as work until a file is there, or fail. */
public final class SlowPatternFactory implements JobFactory {
    /** For whom it is to be made. */
    public SlowPatternFactory() {}

    @Override
    public Job make(WorkerOrder order, StorageDomain domain) throws IOException {
        if (order.parameters().containsKey("refuse")) {
            throw new IOException(order.parameters().get("refuse"));
        }
        String until = order.parameters().getOrDefault("until", "/");
        return new BodyJob(
                order.jobId(),
                domain,
                order.volumeId(),
                null,
                context -> {
                    context.reportProgress(() -> new JobProgress(3, 7));
                    while (!Files.exists(Path.of(until))) {
                        context.checkGate();
                        pause();
                    }
                });
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(Duration.ofMillis(5));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
