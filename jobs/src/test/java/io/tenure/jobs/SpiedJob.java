package io.tenure.jobs;

import io.tenure.domain.Volume;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.LeaseClaim;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job that shows its surroundings to a test before it works. */
final class SpiedJob implements Job {
    private final Job job;
    private final JobContext[] shown;

    SpiedJob(Job job, JobContext[] shown) {
        this.job = job;
        this.shown = shown;
    }

    @Override
    public JobRequest request() {
        return job.request();
    }

    @Override
    public List<LeaseClaim> claims(@Nullable Volume target) throws IOException {
        return job.claims(target);
    }

    @Override
    public void validate(JobContext context) throws IOException {
        shown[0] = context;
        job.validate(context);
    }

    @Override
    public void work(JobContext context) throws IOException {
        job.work(context);
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current)
            throws IOException {
        return job.commit(context, current);
    }

    @Override
    public void cleanUp(JobContext context) throws IOException {
        job.cleanUp(context);
    }

    @Override
    public void rollBack(JobContext context) throws IOException {
        job.rollBack(context);
    }

    @Override
    public void close() throws IOException {
        job.close();
    }
}
