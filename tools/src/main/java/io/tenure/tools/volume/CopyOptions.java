package io.tenure.tools.volume;

import io.tenure.io.copy.CopyPlan;
import io.tenure.jobs.op.CopySettings;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.SizeConverter;
import picocli.CommandLine.Option;

/** The options of the verbs that move data. */
final class CopyOptions {
    @Option(
            names = "--queue-depth",
            paramLabel = "N",
            description = "How many requests are in flight, 1 to 64 (default: 8).")
    private int depth = CopyPlan.DEFAULT_DEPTH;

    @Option(
            names = "--request-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The size of a request, a multiple of 4K, at most 16M (default: 1M).")
    private long requestBytes = CopyPlan.DEFAULT_REQUEST_BYTES;

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
        return new CopySettings((int) requestBytes, depth);
    }
}
