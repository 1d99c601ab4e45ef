package io.tenure.sim;

import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes its number into every sector of a volume. As with a copy, requests are in flight beside
 * each other, and are left there when the job fails: to await them is the protocol's part.
 */
final class StampVolume implements Job {
    private final Item item;
    private final SimHost host;
    private final JobRequest request;
    private @Nullable SimDevice device;

    StampVolume(Item item, SimHost host, @Nullable Long expected) {
        this.item = item;
        this.host = host;
        this.request =
                new JobRequest(
                        item.jobId(),
                        "stamp",
                        host.domain,
                        Item.VOLUME_ID,
                        RecordUse.REWRITES,
                        expected);
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public void validate(JobContext context) throws IOException {
        device =
                (SimDevice)
                        context.devices().open(SimStorage.DATA_PATH, Access.READ_WRITE_EXCLUSIVE);
    }

    @Override
    public void work(JobContext context) throws IOException {
        SimDevice opened = Objects.requireNonNull(device);
        byte[] content = item.content();
        for (int i = 0; i < SimStorage.DATA_SECTORS; i++) {
            context.gate().enter();
            boolean submitted = false;
            try {
                opened.submit(i, content, context.gate()::exit);
                submitted = true;
            } finally {
                if (!submitted) {
                    context.gate().exit();
                }
            }
        }
        host.awaitFlights("await data");
        if (host.world.mutation == Mutation.COMMIT_BEFORE_FLUSH) {
            return;
        }
        flush(context, opened);
    }

    private static void flush(JobContext context, SimDevice opened) throws IOException {
        context.gate().enter();
        try {
            opened.flush();
        } finally {
            context.gate().exit();
        }
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return Objects.requireNonNull(current).completed(context.clock().now());
    }

    @Override
    public boolean isAllowedInQuarantine() {
        return host.world.mutation == Mutation.QUARANTINE_IGNORED;
    }

    @Override
    public void rollBack(JobContext context) {
        host.does(() -> host.conduct().rollsBack());
    }

    @Override
    public void cleanUp(JobContext context) throws IOException {
        host.does(() -> host.conduct().cleansUp());
        if (host.world.mutation == Mutation.COMMIT_BEFORE_FLUSH) {
            flush(context, Objects.requireNonNull(device));
        }
    }
}
