package io.tenure.tools.volume;

import io.tenure.io.copy.CopyPlan;
import io.tenure.io.copy.CopyTarget;
import io.tenure.io.copy.CopyTuning;
import io.tenure.io.copy.Offload;
import io.tenure.io.engine.EngineKind;
import io.tenure.jobs.op.CopySettings;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.verb.Choices;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.SizeConverter;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;

/** The options of the verbs that move data. */
final class CopyOptions {
    private int depth = CopyPlan.DEFAULT_DEPTH;
    private long requestBytes = CopyPlan.DEFAULT_REQUEST_BYTES;
    private EngineKind engine = EngineKind.AUTO;
    private boolean checksum;
    private boolean verify;
    private boolean targetIsZero;
    private boolean preallocate;
    private Offload offload = CopyTarget.DEFAULT.offload();
    private WorkOptions work = new WorkOptions();

    void describe(Syntax syntax) {
        syntax.option(
                "--queue-depth",
                "N",
                "How many requests are in flight, 1 to 64 (default: 6).",
                Values.INTEGER,
                given -> depth = given);
        syntax.option(
                "--request-size",
                "SIZE",
                "The size of a request, a multiple of 4K, at most 16M (default: 2M).",
                new SizeConverter(),
                given -> requestBytes = given);
        syntax.option(
                "--io-engine",
                "KIND",
                "What keeps the requests in flight: auto, aio, threads or uring"
                        + " (default: auto).",
                text -> Choices.parse(EngineKind.class, text),
                given -> engine = given);
        syntax.flag(
                "--checksum",
                "Compute the CRC-32C of the source and report it.",
                () -> checksum = true);
        syntax.flag(
                "--verify",
                "Read the copy back after the flush, compare it with the checksums of what was"
                        + " read, and fail if it differs.",
                () -> verify = true);
        syntax.flag(
                "--target-is-zero",
                "Take it for granted that the target reads as zero, and bring it no zeroes."
                        + " Wrong content is the price of a wrong claim.",
                () -> targetIsZero = true);
        syntax.flag(
                "--preallocate",
                "Give the target storage for all of its size first, also where there are"
                        + " zeroes.",
                () -> preallocate = true);
        syntax.option(
                "--offload",
                "WHEN",
                "Whether the file system may share the source's storage instead of copying:"
                        + " never, auto (where it can) or always (or fail); default: never.",
                text -> Choices.parse(Offload.class, text),
                given -> offload = given);
        work.describe(syntax);
    }

    /** The settings; refused here, before anything is opened, as far as no device is concerned. */
    CopySettings settings() throws CommandException {
        if (depth < 1 || depth > CopyPlan.MAXIMUM_DEPTH) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--queue-depth is %d: it must be 1 to %d"
                            .formatted(depth, CopyPlan.MAXIMUM_DEPTH));
        }
        if (requestBytes < 1
                || requestBytes > CopyPlan.MAXIMUM_REQUEST_BYTES
                || requestBytes % CopyPlan.REQUEST_UNIT_BYTES != 0) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--request-size is %d: it must be a multiple of %s, at most %s"
                            .formatted(
                                    requestBytes,
                                    HumanSize.of(CopyPlan.REQUEST_UNIT_BYTES),
                                    HumanSize.of(CopyPlan.MAXIMUM_REQUEST_BYTES)));
        }
        if (offload == Offload.ALWAYS && (checksum || verify || preallocate)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--offload always does not go with --checksum, --verify or --preallocate:"
                            + " what is shared is not read, and has no storage of its own");
        }
        return new CopySettings(tuning(), target(), check(), work.ioPriority());
    }

    private CopyTuning tuning() throws CommandException {
        return new CopyTuning(engine, (int) requestBytes, depth, work.rateLimitBytesPerSecond());
    }

    private CopyTarget target() {
        return CopyTarget.DEFAULT
                .withState(
                        targetIsZero
                                ? CopyPlan.DestinationState.READS_AS_ZERO
                                : CopyPlan.DestinationState.UNKNOWN)
                .withPreallocate(preallocate)
                .withOffload(offload);
    }

    private CopyPlan.Check check() {
        if (verify) {
            return CopyPlan.Check.VERIFY;
        }
        return checksum ? CopyPlan.Check.CHECKSUM : CopyPlan.Check.NONE;
    }
}
