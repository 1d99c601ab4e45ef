package io.tenure.example;

import io.tenure.domain.Clock;
import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobJournal;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobWorkers;
import io.tenure.jobs.JournalEntry;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.JobHost;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import io.tenure.sanlock.Sanlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The agent of a host: copies an image onto volumes, each copy in a worker process of its own. */
public final class HostAgent implements JobHost, AutoCloseable {
    private final String name;
    private final Path image;
    private final StorageDomain domain;
    private final LeaseManagers leases;
    private final JobJournal journal;
    private final JobRunner runner;

    /**
     * Starts the agent. Copies that its predecessor left behind go on, and are followed.
     *
     * @param name the host's name
     * @param domainPath the domain that all hosts share
     * @param image what is copied
     * @param state a folder on a disk of this host, the same at each start
     * @throws IOException if something cannot be opened
     */
    public HostAgent(String name, Path domainPath, Path image, Path state) throws IOException {
        this.name = name;
        this.image = image;
        Files.createDirectories(state);
        domain = StorageDomain.open(domainPath, Access.READ_WRITE);
        // One of each kind, so that any domain will do; opening them connects to nothing.
        leases =
                new LeaseManagers(
                        List.of(new LocalLeaseManager(), new SanlockLeaseManager(Sanlock.open())));
        journal = JobJournal.open(state.resolve("jobs.journal"), JobJournal.DEFAULT_LIMIT_BYTES);
        JobWorkers workers =
                JobWorkers.open(state.resolve("workers"), journal, JobWorkers.OnAgentsEnd.GO_ON);
        // Four at once, and sixty-four more may wait. Without withWorkers: in this process.
        runner = JobRunner.start(leases, JobSettings.DEFAULT.withWorkers(workers), 4, 64);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long generation(UUID volumeId) throws IOException {
        return domain.find(volumeId).record().generation();
    }

    @Override
    public void submit(UUID volumeId, UUID jobId, long generation) throws IOException {
        CopySource source = new CopySource.Outside(image);
        runner.submit(
                new CopyVolume(jobId, source, domain, volumeId, generation, CopySettings.DEFAULT),
                JobObserver.NONE);
    }

    @Override
    public Answer poll(UUID jobId) {
        Optional<JobHandle> job = runner.find(jobId);
        if (job.isEmpty()) {
            return Answer.NOT_KNOWN;
        }
        return switch (job.get().state()) {
            case PENDING, RUNNING, ABORTING -> Answer.ACTIVE;
            case DONE -> Answer.DONE;
            case ABORTED, FAILED -> Answer.NOT_DONE;
        };
    }

    @Override
    public ReconOutcome reconnoitre(UUID volumeId, UUID jobId, long generation)
            throws InterruptedException {
        return new Reconnaissance(leases, HolderRequests.NONE, Clock.SYSTEM)
                .ask(new ReconQuestion(domain, volumeId, jobId, generation), ReconSettings.DEFAULT);
    }

    /**
     * Jobs that this host began before the agent's last start, and of which it will never know the
     * end by itself: somebody is to ask storage. Workers that were left behind are not among them;
     * those are jobs of the runner, as if this agent had begun them.
     *
     * @return what the journal says of them
     */
    public List<JournalEntry> lost() {
        return journal.leftUnfinished().stream()
                .filter(entry -> runner.find(entry.jobId()).isEmpty())
                .toList();
    }

    /** Ends the agent; workers go on, and the next one finds them. */
    @Override
    public void close() throws IOException {
        runner.close();
        journal.close();
        leases.close();
        domain.close();
    }
}
