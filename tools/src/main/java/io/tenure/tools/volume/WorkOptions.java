package io.tenure.tools.volume;

import io.tenure.io.copy.RateLimiter;
import io.tenure.jobs.IoPriority;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.RateConverter;
import io.tenure.tools.verb.Syntax;
import org.jspecify.annotations.Nullable;

/** The options of every verb whose work takes long: how much of the machine it may have. */
final class WorkOptions {
    private @Nullable Long rateLimit;
    private IoPriority ioPriority = IoPriority.NONE;

    void describe(Syntax syntax) {
        syntax.option(
                "--rate-limit",
                "SIZE",
                "At most SIZE a second, at least 128K (default: no limit).",
                new RateConverter(),
                given -> rateLimit = given);
        syntax.option(
                "--io-priority",
                "CLASS[:LEVEL]",
                "The I/O priority of the work: realtime, best-effort, each with a level from 0,"
                        + " the highest, to 7; idle; or none (default: none, as the process"
                        + " has it).",
                new IoPriorityConverter(),
                given -> ioPriority = given);
    }

    IoPriority ioPriority() {
        return ioPriority;
    }

    long rateLimitBytesPerSecond() throws CommandException {
        if (rateLimit == null) {
            return RateLimiter.NO_LIMIT;
        }
        if (rateLimit < RateLimiter.MINIMUM_LIMIT) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--rate-limit is %d: it must be at least %s a second"
                            .formatted(rateLimit, HumanSize.of(RateLimiter.MINIMUM_LIMIT)));
        }
        return rateLimit;
    }

    ZeroSettings zeroSettings() throws CommandException {
        return new ZeroSettings(rateLimitBytesPerSecond(), ioPriority);
    }
}
