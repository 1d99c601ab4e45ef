package io.tenure.benchmarks;

import io.tenure.domain.DomainSpec;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.LeaseKind;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.sanlock.DomainHosts;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.Sanlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Makes a domain with many volumes under sanlock, to measure what reads all of them. Needs a
 * running daemon; with {@code SANLOCK_RUN_DIR} in the environment it is that of this folder.
 *
 * <pre>
 * java --enable-native-access=ALL-UNNAMED -cp benchmarks/target/tenure-bench.jar \
 *     io.tenure.benchmarks.ManyVolumes VOLUMES DIRECTORY
 * </pre>
 *
 * The directory is made, and stays.
 */
public final class ManyVolumes {
    private static final int MIB = 1 << 20;
    private static final int IO_TIMEOUT_SECONDS = 1;

    private ManyVolumes() {}

    /**
     * Makes the domain, joins it as host 1, makes the volumes one by one, and leaves.
     *
     * @param arguments see the class
     * @throws IOException if something failed; what was made until then stays
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("VOLUMES DIRECTORY");
        }
        int volumes = Integer.parseInt(arguments[0]);
        Path directory = Files.createDirectory(Path.of(arguments[1]).toAbsolutePath());
        DomainSpec spec =
                new DomainSpec(
                        UUID.randomUUID(),
                        LeaseKind.SANLOCK,
                        OptionalInt.empty(),
                        MIB,
                        OptionalInt.of(volumes),
                        IO_TIMEOUT_SECONDS);
        Sanlock sanlock = Sanlock.open();
        SanlockLeaseManager manager = new SanlockLeaseManager(sanlock); // owns the daemon's access
        try (LeaseManagers leases = new LeaseManagers(List.of(manager));
                StorageDomain domain =
                        StorageDomain.create(directory, spec, manager::formatDomain)) {
            DomainHosts hosts = new DomainHosts(sanlock, domain);
            hosts.join(1);
            try (JobRunner runner = JobRunner.start(leases, JobSettings.DEFAULT, 1, 1)) {
                for (int i = 0; i < volumes; i++) {
                    create(runner, domain);
                }
            }
            hosts.leave();
        }
    }

    private static void create(JobRunner runner, StorageDomain domain)
            throws IOException, InterruptedException {
        VolumeSpec volume =
                new VolumeSpec(UUID.randomUUID(), MIB, Allocation.SPARSE, Optional.empty(), "");
        JobResult result =
                runner.submit(new CreateVolume(UUID.randomUUID(), domain, volume), JobObserver.NONE)
                        .await();
        if (result.outcome() != JobState.DONE) {
            throw new IOException(String.valueOf(result.failure()));
        }
    }
}
