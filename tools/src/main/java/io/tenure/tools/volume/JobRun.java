package io.tenure.tools.volume;

import io.tenure.domain.StorageDomain;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobResult;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.work.JobExecution;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The frame of every verb that is one job: the domain, open for it, and its run. */
final class JobRun implements AutoCloseable {
    private final OpenDomain open;
    private final JobExecution execution;

    private JobRun(OpenDomain open, JobExecution execution) {
        this.open = open;
        this.execution = execution;
    }

    /** Opens the domain, after the options were looked at. */
    static JobRun in(Path domain, JobOptions options, Output output, Interruption interruption)
            throws IOException, CommandException {
        Duration leaseWait = options.leaseWait();
        OpenDomain open = OpenDomain.forJobs(domain);
        return new JobRun(open, new JobExecution(open, leaseWait, output, interruption));
    }

    /** The domain, until this is closed. */
    StorageDomain domain() {
        return open.domain();
    }

    /** Runs a job that has to succeed, see {@link JobExecution#run}. */
    JobResult run(Job job) throws IOException, InterruptedException, CommandException {
        return execution.run(job);
    }

    @Override
    public void close() throws IOException {
        open.close();
    }
}
