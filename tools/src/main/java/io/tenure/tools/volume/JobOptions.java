package io.tenure.tools.volume;

import io.tenure.domain.RandomId;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.IdConverter;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The options of every verb that is a job. */
final class JobOptions {
    /** A day; who wants to wait longer has something else in mind. */
    private static final int MAX_LEASE_WAIT_SECONDS = 86_400;

    private @Nullable UUID jobId;
    private int leaseWaitSeconds;

    void describe(Syntax syntax) {
        syntax.option(
                "--job-id",
                "UUID",
                "The job's name on storage, one that no other job has (default: random).",
                new IdConverter(),
                given -> jobId = given);
        syntax.option(
                "--lease-wait",
                "SECONDS",
                "For how long to try again while somebody else holds a lease (default: 0).",
                Values.INTEGER,
                given -> leaseWaitSeconds = given);
    }

    UUID jobId() {
        if (jobId == null) {
            jobId = RandomId.next();
        }
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
