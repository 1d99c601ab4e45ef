package io.tenure.jobs.matrix;

import io.tenure.domain.Clock;
import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.sanlock.OnTermination;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.Preemption;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import io.tenure.sanlock.Sanlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * The process whose jobs are cut off. It takes one order after the other from its standard input,
 * runs it, and says how it ended, if it still can.
 */
public final class MatrixChild {
    /** What it says when it waits for an order. */
    static final String READY = "ready";

    /** How the line begins that tells how a job ended. */
    static final String ENDED = "ended ";

    /** However long it is held up on purpose, it is not for it to give up. */
    private static final ReconSettings PATIENT =
            new ReconSettings(
                    Preemption.UNDECIDED_JOBS,
                    ReconSettings.Pressure.NONE,
                    Duration.ZERO,
                    Duration.ofHours(1));

    /** Each record is written into both. */
    private static final int COPIES_OF_A_RECORD = 2;

    private MatrixChild() {}

    /**
     * One order, in a line.
     *
     * @param kind what is to be run
     * @param domain where the domain lies for this host
     * @param volume the volume
     * @param job the job's name; for a reconnaissance, that of the job asked about
     * @param source the file to copy
     * @param stopAt at which operation to wait; 0 to list them
     * @param markLost whether the first record that is written does not get to the storage
     */
    record Order(
            JobKind kind,
            Path domain,
            UUID volume,
            UUID job,
            Path source,
            int stopAt,
            boolean markLost) {
        String line() {
            return String.join(
                    " ",
                    kind.name(),
                    domain.toString(),
                    volume.toString(),
                    job.toString(),
                    source.toString(),
                    Integer.toString(stopAt),
                    Boolean.toString(markLost));
        }

        static Order parse(String line) {
            String[] words = line.split(" ", -1);
            return new Order(
                    JobKind.valueOf(words[0]),
                    Path.of(words[1]),
                    UUID.fromString(words[2]),
                    UUID.fromString(words[3]),
                    Path.of(words[4]),
                    Integer.parseInt(words[5]),
                    Boolean.parseBoolean(words[6]));
        }
    }

    /**
     * The process.
     *
     * @param arguments the folder of the daemon's socket
     * @throws Exception if an order could not be begun
     */
    public static void main(String[] arguments) throws Exception {
        Path run = Path.of(arguments[0]);
        Sanlock.open(run).close(); // loads what every order needs
        while (true) {
            Checkpoints.say(READY);
            String line = readLine();
            if (line.isEmpty()) {
                return;
            }
            Checkpoints.say(ENDED + ended(run, Order.parse(line)).replace('\n', ' '));
        }
    }

    /** Without a buffer: the checkpoints read from the same place. */
    private static String readLine() throws IOException {
        byte[] line = new byte[4096];
        int length = 0;
        for (int read = System.in.read(); read >= 0 && read != '\n'; read = System.in.read()) {
            line[length++] = (byte) read;
        }
        return new String(line, 0, length, StandardCharsets.UTF_8);
    }

    private static String ended(Path run, Order order) throws InterruptedException {
        Checkpoints checkpoints = new Checkpoints(order.stopAt());
        CheckedLeases manager =
                new CheckedLeases(
                        new SanlockLeaseManager(Sanlock.open(run), OnTermination.LIVE_ON),
                        checkpoints,
                        order.volume());
        try (LeaseManagers leases = new LeaseManagers(List.of(manager));
                StorageDomain domain =
                        StorageDomain.open(
                                order.domain(),
                                Access.READ_WRITE,
                                new CheckedDevices(
                                        checkpoints,
                                        "record",
                                        true,
                                        order.markLost() ? COPIES_OF_A_RECORD : 0))) {
            checkpoints.begin();
            return order.kind() == JobKind.RECON
                    ? recon(leases, domain, order)
                    : job(leases, domain, order, checkpoints);
        } catch (IOException | RuntimeException e) {
            return JobState.FAILED + " not begun: " + e;
        }
    }

    private static String job(
            LeaseManagers leases, StorageDomain domain, Order order, Checkpoints checkpoints)
            throws IOException, InterruptedException {
        JobSettings settings =
                new JobSettings(
                        Clock.SYSTEM,
                        new CheckedDevices(checkpoints, "data", false, 0),
                        Duration.ZERO,
                        JobSettings.DEFAULT.verifyInterval(),
                        JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);
        try (JobRunner runner = JobRunner.start(leases, settings, 1, 1)) {
            JobResult result =
                    runner.submit(
                                    order.kind()
                                            .make(
                                                    order.job(),
                                                    domain,
                                                    order.volume(),
                                                    order.source()),
                                    JobObserver.NONE)
                            .await();
            return words(result);
        }
    }

    /** How a job ended, in a line. */
    static String words(JobResult result) {
        JobFailure failure = result.failure();
        return failure == null
                ? result.outcome() + " " + result.warnings()
                : result.outcome()
                        + " "
                        + failure.kind()
                        + " in "
                        + failure.step()
                        + ": "
                        + failure.message()
                        + " "
                        + result.warnings();
    }

    private static String recon(LeaseManagers leases, StorageDomain domain, Order order)
            throws InterruptedException {
        Reconnaissance recon = new Reconnaissance(leases, HolderRequests.NONE, Clock.SYSTEM);
        return "RECON "
                + recon.ask(
                        new ReconQuestion(
                                domain,
                                order.volume(),
                                order.job(),
                                order.kind().expectedGeneration()),
                        PATIENT);
    }
}
