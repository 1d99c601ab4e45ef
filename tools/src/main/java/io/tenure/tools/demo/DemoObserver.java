package io.tenure.tools.demo;

import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobStep;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Tells the steps of a copy, looks at storage in the middle of its work, and lets others look. */
final class DemoObserver implements JobObserver {
    /** Reads storage. */
    interface Look {
        void run() throws IOException;
    }

    private final JobObserver steps;
    private final JobObserver more;
    private final Look duringWork;

    DemoObserver(JobObserver steps, JobObserver more, Look duringWork) {
        this.steps = steps;
        this.more = more;
        this.duringWork = duringWork;
    }

    @Override
    public void stepStarted(Job job, JobStep step) {
        steps.stepStarted(job, step);
    }

    @Override
    public void stepFinished(Job job, JobStep step) {
        steps.stepFinished(job, step);
    }

    @Override
    public void recordWritten(Job job, VolumeRecord record) {
        if (record.legality() == Legality.ILLEGAL) {
            try {
                duringWork.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        steps.recordWritten(job, record);
        more.recordWritten(job, record);
    }
}
