package io.tenure.example;

import io.tenure.domain.Clock;
import io.tenure.domain.DomainSpec;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.LeaseKind;
import io.tenure.io.Access;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.recon.JobHost;
import io.tenure.recon.OutcomeResolver;
import io.tenure.recon.ReconOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What README.md and docs/embedding.md show of programs, so that it compiles and runs. */
final class ReadmeExample {
    private ReadmeExample() {}

    static void copy(Path domainPath, Path image, UUID volumeId, long expectedGeneration)
            throws Exception {
        try (LeaseManagers leases = new LeaseManagers(List.of(new LocalLeaseManager()));
                StorageDomain domain = StorageDomain.open(domainPath, Access.READ_WRITE);
                JobRunner runner = JobRunner.start(leases, JobSettings.DEFAULT, 2, 64)) {
            JobHandle job =
                    runner.submit(
                            new CopyVolume(
                                    UUID.randomUUID(),
                                    new CopySource.Outside(image),
                                    domain,
                                    volumeId,
                                    expectedGeneration,
                                    CopySettings.DEFAULT),
                            JobObserver.NONE);
            JobResult result = job.await(); // outcome, generations, bytes, time per step, warnings
            System.out.println(result);
        }
    }

    static void create(Path domainPath, UUID volumeId) throws Exception {
        LocalLeaseManager local = new LocalLeaseManager();
        try (LeaseManagers leases = new LeaseManagers(List.of(local));
                StorageDomain domain =
                        StorageDomain.create(
                                domainPath, DomainSpec.of(LeaseKind.LOCAL), local::formatDomain);
                JobRunner runner = JobRunner.start(leases, JobSettings.DEFAULT, 2, 64)) {
            VolumeSpec spec =
                    new VolumeSpec(
                            volumeId, 1 << 20, Allocation.SPARSE, Optional.empty(), "a volume");
            runner.submit(new CreateVolume(UUID.randomUUID(), domain, spec), JobObserver.NONE)
                    .await();
        }
    }

    static String schedule(List<JobHost> hosts, UUID volumeId) throws Exception {
        UUID jobId = UUID.randomUUID();
        OutcomeResolver resolver =
                new OutcomeResolver(
                        hosts, volumeId, jobId, OutcomeResolver.Limits.DEFAULT, Clock.SYSTEM);
        long generation = resolver.prepare(); // to be kept, with the ids, before the job is begun
        ReconOutcome outcome = resolver.resolve();
        String words =
                switch (outcome) {
                    case ReconOutcome.Completed _ -> "done";
                    case ReconOutcome.Failed failed -> "failed: " + failed;
                    case ReconOutcome.Interrupted _ -> "cut off; the volume's content is undefined";
                    case ReconOutcome.NotStarted _ -> "never begun, and never will be";
                    case ReconOutcome.Preempted _, ReconOutcome.Superseded _ -> "overtaken";
                    case ReconOutcome.Running _, ReconOutcome.Invalid _, ReconOutcome.Unknown _ ->
                            "not known yet at generation " + generation + ": call resolve again";
                };
        return words;
    }
}
