package io.tenure.sim;

import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Closes a generation, so that a job that expects it can never run. */
final class FenceVolume implements Job {
    private final Item item;
    private final SimHost host;
    private final JobRequest request;

    FenceVolume(Item item, SimHost host, @Nullable Long expected) {
        this.item = item;
        this.host = host;
        this.request =
                new JobRequest(
                        item.jobId(),
                        "fence",
                        host.domain,
                        Item.VOLUME_ID,
                        RecordUse.UPDATES,
                        expected);
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public boolean isAllowedInQuarantine() {
        return host.world.mutation == Mutation.QUARANTINE_IGNORED;
    }

    @Override
    public void validate(JobContext context) {
        // Every record is as good as any other.
    }

    @Override
    public void work(JobContext context) {
        // No data.
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return Objects.requireNonNull(current)
                .fenced(Item.jobId(item.target()), context.host().hostId(), context.clock().now());
    }
}
