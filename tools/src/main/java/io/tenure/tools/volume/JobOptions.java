package io.tenure.tools.volume;

import io.tenure.domain.RandomId;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.IdConverter;
import java.time.Duration;
import java.util.UUID;
import picocli.CommandLine.Option;

/** The options of every verb that is a job. */
final class JobOptions {
    /** A day; who wants to wait longer has something else in mind. */
    private static final int MAX_LEASE_WAIT_SECONDS = 86_400;

    @Option(
            names = "--job-id",
            paramLabel = "UUID",
            converter = IdConverter.class,
            description = "The job's name on storage, one that no other job has (default: random).")
    private UUID jobId = RandomId.next();

    @Option(
            names = "--lease-wait",
            paramLabel = "SECONDS",
            description =
                    "For how long to try again while somebody else holds a lease (default: 0).")
    private int leaseWaitSeconds;

    UUID jobId() {
        return jobId;
    }

    Duration leaseWait() throws CommandException {
        if (leaseWaitSeconds < 0 || leaseWaitSeconds > MAX_LEASE_WAIT_SECONDS) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--lease-wait is %d: it must be 0 to %d seconds"
                            .formatted(leaseWaitSeconds, MAX_LEASE_WAIT_SECONDS));
        }
        return Duration.ofSeconds(leaseWaitSeconds);
    }
}
