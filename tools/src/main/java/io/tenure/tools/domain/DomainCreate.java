package io.tenure.tools.domain;

import io.tenure.domain.DomainSpec;
import io.tenure.domain.LeaseAreaFormatter;
import io.tenure.domain.RandomId;
import io.tenure.domain.StorageDomain;
import io.tenure.format.LeaseKind;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockTimeouts;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.IdConverter;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.LeaseKindConverter;
import io.tenure.tools.verb.SizeConverter;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.DomainReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class DomainCreate implements Verb {
    private static final Set<Integer> SECTORS = Set.of(512, 4096);
    private static final long MIB = 1 << 20;
    private static final Set<Long> LEASE_ALIGNMENTS = Set.of(MIB, 2 * MIB, 4 * MIB, 8 * MIB);

    private Path path = Path.of("");
    private LeaseKind leases = LeaseKind.LOCAL;
    private @Nullable Integer sectorBytes;
    private long leaseAlignBytes = DomainSpec.DEFAULT_LEASE_ALIGN_BYTES;
    private @Nullable Integer maxVolumes;
    private int ioTimeoutSeconds = DomainSpec.DEFAULT_IO_TIMEOUT_SECONDS;
    private @Nullable UUID uuid;

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Make a storage domain in a directory or on a block device of its own.");
        syntax.word(
                "PATH",
                "An existing directory, or a block device that holds nothing of worth.",
                Values.PATH,
                given -> path = given);
        syntax.option(
                "--leases",
                "local|sanlock",
                "What guards the volumes: local locks, for one host, or sanlock, for many"
                        + " (default: local).",
                new LeaseKindConverter(),
                given -> leases = given);
        syntax.option(
                "--sector-size",
                "512|4096",
                "The sector size in bytes (default: the device's own).",
                Values.INTEGER,
                given -> sectorBytes = given);
        syntax.option(
                "--lease-align",
                "1M|2M|4M|8M",
                "Bytes for each lease (default: 1M; 512-byte sectors allow no other).",
                new SizeConverter(),
                given -> leaseAlignBytes = given);
        syntax.option(
                "--max-volumes",
                "N",
                "How many volumes it can hold (default: 1000, or what fits on the device).",
                Values.INTEGER,
                given -> maxVolumes = given);
        syntax.option(
                "--io-timeout",
                "SECONDS",
                "sanlock's io_timeout, which decides how soon a lost host is noticed"
                        + " (default: 10).",
                Values.INTEGER,
                given -> ioTimeoutSeconds = given);
        syntax.option(
                "--uuid",
                "UUID",
                "The domain's id (default: random).",
                new IdConverter(),
                given -> uuid = given);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption)
            throws IOException, CommandException {
        // Short enough to be brought to its end rather than cut off.
        interruption.onSignal(() -> {});
        DomainSpec spec = spec();
        try (Sanlock sanlock = Sanlock.open();
                StorageDomain made = StorageDomain.create(path, spec, formatter(sanlock))) {
            DomainReport report = DomainReport.of(made);
            output.result(report.fields(), () -> "made a storage domain\n" + report.text());
        }
        return ExitCode.DONE;
    }

    private LeaseAreaFormatter formatter(Sanlock sanlock) {
        return leases == LeaseKind.LOCAL
                ? new LocalLeaseManager()::formatDomain
                : new SanlockLeaseManager(sanlock)::formatDomain;
    }

    private DomainSpec spec() throws CommandException {
        if (sectorBytes != null && !SECTORS.contains(sectorBytes)) {
            throw wrong("--sector-size is " + sectorBytes + ": it must be 512 or 4096");
        }
        if (!LEASE_ALIGNMENTS.contains(leaseAlignBytes)) {
            throw wrong("--lease-align is " + leaseAlignBytes + ": it must be 1M, 2M, 4M or 8M");
        }
        if (ioTimeoutSeconds < 1 || ioTimeoutSeconds > SanlockTimeouts.MAX_IO_TIMEOUT_SECONDS) {
            throw wrong(
                    "--io-timeout is %d: it must be 1 to %d seconds"
                            .formatted(ioTimeoutSeconds, SanlockTimeouts.MAX_IO_TIMEOUT_SECONDS));
        }
        return new DomainSpec(
                uuid == null ? RandomId.next() : uuid,
                leases,
                sectorBytes == null ? OptionalInt.empty() : OptionalInt.of(sectorBytes),
                (int) leaseAlignBytes,
                maxVolumes == null ? OptionalInt.empty() : OptionalInt.of(maxVolumes),
                ioTimeoutSeconds);
    }

    private static CommandException wrong(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }
}
