package io.tenure.jobs;

import io.tenure.bindings.NativeUnavailableException;
import io.tenure.domain.DomainSpec;
import io.tenure.domain.StorageDomain;
import io.tenure.format.LeaseKind;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.Sanlock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Some jobs as workers run them, in one process, from which the JVM makes {@link WorkerCache}. On
 * local leases: there may be no daemon.
 */
final class WorkerTraining {
    private static final int VOLUME_BYTES = 4 << 20;
    private static final String OPERATIONS = "io.tenure.jobs.op.Operations";

    private WorkerTraining() {}

    /**
     * Runs the jobs; ends with an exception if one cannot be run.
     *
     * @param arguments a folder, in which a storage domain is made and left
     * @throws Exception if anything fails
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Path path = Files.createDirectory(folder.resolve("domain"));
        Path source = Files.write(folder.resolve("source"), new byte[VOLUME_BYTES]);
        UUID volume = UUID.randomUUID();
        UUID domainId;
        DomainSpec spec =
                new DomainSpec(
                        UUID.randomUUID(),
                        LeaseKind.LOCAL,
                        OptionalInt.empty(),
                        DomainSpec.DEFAULT_LEASE_ALIGN_BYTES,
                        OptionalInt.of(4),
                        DomainSpec.DEFAULT_IO_TIMEOUT_SECONDS);
        try (LocalLeaseManager leases = new LocalLeaseManager();
                StorageDomain domain = StorageDomain.create(path, spec, leases::formatDomain)) {
            domainId = domain.id();
        }
        String bytes = Integer.toString(VOLUME_BYTES);
        List<Map<String, String>> operations =
                List.of(
                        Map.of("operation", "create", "bytes", bytes),
                        Map.of("operation", "copy", "file", source.toString()),
                        Map.of("operation", "export", "file", folder.resolve("out").toString()),
                        Map.of("operation", "update", "description", "trained"),
                        Map.of("operation", "zero"),
                        Map.of("operation", "delete"));
        for (Map<String, String> parameters : operations) {
            run(folder.resolve("result"), path, domainId, volume, parameters);
        }
        connect();
    }

    /** As far as it goes: a daemon may be there, or not even its library. */
    private static void connect() {
        try (SanlockLeaseManager leases = new SanlockLeaseManager(Sanlock.open())) {
            leases.connect("training").close();
        } catch (IOException | NativeUnavailableException e) {
            System.err.println("trained without a daemon: " + e.getMessage());
        }
    }

    private static void run(
            Path result, Path path, UUID domainId, UUID volume, Map<String, String> parameters)
            throws IOException {
        WorkerOrder order =
                new WorkerOrder(
                        UUID.randomUUID(),
                        "training",
                        List.of(
                                new WorkerOrder.Target(
                                        path,
                                        domainId,
                                        volume,
                                        parameters.containsValue("create") ? 0L : null)),
                        true,
                        new JobRecipe(OPERATIONS, parameters));
        WorkerErrand errand =
                new WorkerErrand(order, result, false, Duration.ZERO, Duration.ofSeconds(2));
        InputStream words =
                new ByteArrayInputStream((errand.text() + "\n").getBytes(StandardCharsets.UTF_8));
        WorkerMain.serve(words, OutputStream.nullOutputStream());
        String told = Files.readString(result);
        if (WorkerReport.parse(order, told.stripTrailing()).outcome() != JobState.DONE) {
            throw new IOException("a job of the training failed: " + told);
        }
    }
}
