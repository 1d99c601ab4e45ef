package io.tenure.jobs.sanlock;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.VolumeLease;
import io.tenure.lease.sanlock.DomainHosts;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import io.tenure.sanlock.RequestMode;
import io.tenure.sanlock.Resource;
import io.tenure.sanlock.Sanlock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** One host of a {@link DomainLab}: its daemon, and its own view of the domain. */
public final class LabHost implements AutoCloseable {
    /** More than any job of these tests takes, however loaded the machine is. */
    private static final Duration JOB_LIMIT = Duration.ofSeconds(60);

    private final int index;
    private final Sanlock sanlock;
    private final SanlockLeaseManager manager;
    private final LeaseManagers leases;
    private final StorageDomain domain;

    LabHost(int index, Sanlock sanlock, Path domainPath) throws IOException {
        this.index = index;
        this.sanlock = sanlock;
        this.manager = new SanlockLeaseManager(sanlock);
        this.leases = new LeaseManagers(List.of(manager));
        this.domain = StorageDomain.open(domainPath, Access.READ_WRITE);
    }

    /**
     * Which host of the lab.
     *
     * @return from 0
     */
    public int index() {
        return index;
    }

    /**
     * Its host id in the domain.
     *
     * @return from 1
     */
    public long hostId() {
        return index + 1L;
    }

    /**
     * Its daemon.
     *
     * @return closed with the lab
     */
    public Sanlock sanlock() {
        return sanlock;
    }

    /**
     * Its lease manager.
     *
     * @return closed with the lab
     */
    public SanlockLeaseManager manager() {
        return manager;
    }

    /**
     * The same manager as jobs want it.
     *
     * @return closed with the lab
     */
    public LeaseManagers leases() {
        return leases;
    }

    /**
     * The domain as this host has it open.
     *
     * @return closed with the lab
     */
    public StorageDomain domain() {
        return domain;
    }

    /**
     * Who is in the domain, in this host's eyes.
     *
     * @return a new view
     * @throws IOException never, for a domain with sanlock leases
     */
    public DomainHosts hosts() throws IOException {
        return new DomainHosts(sanlock, domain);
    }

    /**
     * Runs a job to its end.
     *
     * @param job the job
     * @return its result
     * @throws Exception if it cannot be run, or does not end
     */
    public JobResult run(Job job) throws Exception {
        return run(job, JobObserver.NONE, JobSettings.DEFAULT);
    }

    /**
     * Runs a job to its end.
     *
     * @param job the job
     * @param observer is told what it does
     * @param settings its surroundings
     * @return its result
     * @throws Exception if it cannot be run, or does not end
     */
    public JobResult run(Job job, JobObserver observer, JobSettings settings) throws Exception {
        try (JobRunner runner = JobRunner.start(leases, settings, 1, 1)) {
            return runner.submit(job, observer)
                    .await(JOB_LIMIT)
                    .orElseThrow(() ->
                            new AssertionError(
                                    "a " + job.request().kind() + " job did not end in time"));
        }
    }

    /**
     * Asks, through this host, what became of a job.
     *
     * @param volume the volume
     * @param job the job
     * @param generation what it expected
     * @param settings how
     * @return the outcome
     * @throws InterruptedException if the thread is interrupted
     */
    public ReconOutcome ask(UUID volume, UUID job, long generation, ReconSettings settings)
            throws InterruptedException {
        return new Reconnaissance(leases, HolderRequests.NONE, Clock.SYSTEM)
                .ask(new ReconQuestion(domain, volume, job, generation), settings);
    }

    /**
     * Asks, as this host, who holds a lease to let it go.
     *
     * @param area the lease
     * @param mode how
     * @throws IOException if the daemon cannot be asked
     */
    public void request(LeaseArea area, RequestMode mode) throws IOException {
        sanlock.request(resource(area), mode);
    }

    /**
     * A lease in sanlock's words.
     *
     * @param area the lease
     * @return what its daemons know it by
     */
    public static Resource resource(LeaseArea area) {
        return new Resource(
                area.domainId().toString(),
                area.resourceId().toString(),
                area.path().toString(),
                area.offsetBytes(),
                area.sectorBytes(),
                area.alignBytes());
    }

    /**
     * Acquires a lease exclusively as soon as nobody else holds it.
     *
     * @param connection what is to hold it
     * @param area the lease
     * @param limit how soon that must be
     * @return the lease
     * @throws Exception if it cannot be acquired
     */
    public static VolumeLease acquireWithin(
            LeaseConnection connection, LeaseArea area, Duration limit) throws Exception {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return connection.acquire(area, LeaseMode.EXCLUSIVE);
            } catch (LeaseHeldException e) {
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw new AssertionError("not let go in time", e);
                }
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() throws IOException {
        domain.close();
        leases.close();
    }
}
