package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.DomainSpec;
import io.tenure.domain.StorageDomain;
import io.tenure.format.LeaseKind;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.local.LocalLeaseManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmokeTest {
    @TempDir Path dir;

    @Test
    void copies() throws Exception {
        LocalLeaseManager local = new LocalLeaseManager();
        byte[] data = new byte[5 << 20];
        new Random(1).nextBytes(data);
        Path source = dir.resolve("source");
        Files.write(source, data);
        try (LeaseManagers leases = new LeaseManagers(List.of(local));
                StorageDomain domain =
                        StorageDomain.create(
                                dir, DomainSpec.of(LeaseKind.LOCAL), local::formatDomain);
                JobRunner runner = JobRunner.start(leases, JobSettings.DEFAULT, 2, 8)) {
            UUID volume = UUID.randomUUID();
            JobResult made =
                    runner.submit(
                                    new CreateVolume(
                                            UUID.randomUUID(),
                                            domain,
                                            new VolumeSpec(volume, 8 << 20, Optional.empty(), "x")),
                                    JobObserver.NONE)
                            .await();
            assertThat(made.outcome()).isEqualTo(JobState.DONE);
            JobResult copied =
                    runner.submit(
                                    new CopyVolume(
                                            UUID.randomUUID(),
                                            new CopySource.Outside(source),
                                            domain,
                                            volume,
                                            1L,
                                            CopySettings.DEFAULT),
                                    JobObserver.NONE)
                            .await();
            assertThat(copied.outcome()).isEqualTo(JobState.DONE);
            assertThat(
                            runner.submit(
                                            new DeleteVolume(UUID.randomUUID(), domain, volume, 2L),
                                            JobObserver.NONE)
                                    .await()
                                    .outcome())
                    .isEqualTo(JobState.DONE);
        }
    }
}
