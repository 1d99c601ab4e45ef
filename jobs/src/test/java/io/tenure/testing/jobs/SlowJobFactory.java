package io.tenure.testing.jobs;

import io.tenure.domain.StorageDomain;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFactory;
import io.tenure.jobs.WorkerOrder;
import java.io.IOException;

/** Makes a {@link SlowJob} in its worker. */
public final class SlowJobFactory implements JobFactory {
    /** Whether, and why, none is to be made. */
    public static final String REFUSE = "refuse";

    /** That the job is made without the expected generation. */
    public static final String FORGET = "forget";

    /** For whom it is to be made. */
    public SlowJobFactory() {}

    @Override
    public Job make(WorkerOrder order, StorageDomain domain) throws IOException {
        String why = order.parameters().get(REFUSE);
        if (why != null) {
            throw new IOException(why);
        }
        return new SlowJob(
                order.jobId(),
                domain,
                order.volumeId(),
                order.parameters().containsKey(FORGET) ? null : order.expectedGeneration(),
                order.parameters());
    }
}
