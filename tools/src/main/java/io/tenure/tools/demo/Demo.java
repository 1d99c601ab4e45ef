package io.tenure.tools.demo;

import io.tenure.domain.RandomId;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.work.JobExecution;
import io.tenure.tools.work.JobReport;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The scenes of the demo, in the order in which they are played. What is said of storage has been
 * read from it, and what is claimed of bytes has been compared; a claim that does not hold fails
 * the demo. For one thread.
 */
final class Demo {
    private final Narrator narrator;
    private final Interruption interruption;
    private final Path folder;
    private final DemoHosts hosts;
    private final UUID volumeId = RandomId.next();
    private final Map<String, @Nullable Object> findings = new LinkedHashMap<>();

    /**
     * Sets the scene.
     *
     * @param narrator tells what happens
     * @param interruption ends the demo early
     * @param folder where the sources come to lie
     * @param hosts who plays
     */
    Demo(Narrator narrator, Interruption interruption, Path folder, DemoHosts hosts) {
        this.narrator = narrator;
        this.interruption = interruption;
        this.folder = folder;
        this.hosts = hosts;
    }

    /** What was found, for programs. */
    Map<String, @Nullable Object> findings() {
        return findings;
    }

    /** Plays all scenes. */
    void play() throws IOException, InterruptedException, CommandException {
        if (domain(1).leaseKind() == LeaseKind.LOCAL) {
            prepare();
            copy(1, 1, 1, JobObserver.NONE);
            stale(2, 1, 1);
        } else {
            join();
            prepare();
            copyWhileTheOtherTries();
            takeOver();
            stale(3, 1, 1);
        }
    }

    private StorageDomain domain(int host) {
        return hosts.host(host).domain();
    }

    private void checkInterruption() throws CommandException {
        if (interruption.isRaised()) {
            throw new CommandException(ExitCode.INTERRUPTED, "interrupted; the demo cleaned up");
        }
    }

    // ---- The scenes --------------------------------------------------------------------------

    private void join() throws IOException, InterruptedException, CommandException {
        long startNanos = System.nanoTime();
        narrator.line(
                "hosts    two sanlock daemons, processes %d and %d, join as host 1 and 2 (some seconds)"
                        .formatted(hosts.daemonProcessIds().toArray()));
        FutureTask<Void> joining = hosts.join();
        hosts.awaitAllLive(joining);
        narrator.line(
                "         each has joined and seen the other renew its host id, after %.1f s"
                        .formatted((System.nanoTime() - startNanos) / 1e9));
        checkInterruption();
    }

    private void prepare() throws IOException, InterruptedException, CommandException {
        Path source = source(1);
        StorageDomain domain = domain(1);
        CreateVolume create =
                new CreateVolume(
                        RandomId.next(),
                        domain,
                        new VolumeSpec(
                                volumeId,
                                DemoData.CAPACITY_BYTES,
                                Allocation.SPARSE,
                                Optional.empty(),
                                "volume of the demo"));
        execution(1).run(create);
        DomainLayout layout = domain.superblock().layout();
        VolumeRecord record = domain.find(volumeId).record();
        narrator.line(
                "domain   %s: one file of %s with superblock, leases and records"
                        .formatted(
                                narrator.path(domain.controlPath()),
                                HumanSize.of(layout.totalBytes())));
        narrator.line(
                "volume   %s: %s, generation %d, %s"
                        .formatted(
                                RecordColumns.shortId(volumeId),
                                HumanSize.of(record.capacityBytes()),
                                record.generation(),
                                record.legality().name().toLowerCase(Locale.ROOT)));
        narrator.line(
                "source   %s: %d bytes, random data and holes in turn, and an odd tail"
                        .formatted(narrator.path(source), Files.size(source)));
        findings.put("domain_id", domain.id());
        findings.put("volume_id", volumeId);
        checkInterruption();
    }

    private void copyWhileTheOtherTries()
            throws IOException, InterruptedException, CommandException {
        AtomicReference<JobResult> refused = new AtomicReference<>();
        copy(
                1,
                1,
                1,
                new JobObserver() {
                    @Override
                    public void recordWritten(Job job, VolumeRecord record) {
                        if (record.legality() == Legality.ILLEGAL) {
                            refused.set(tryOnHost2());
                        }
                    }
                });
        JobResult result = refused.get();
        if (result == null || exitCode(result) != ExitCode.LEASE_UNAVAILABLE) {
            throw broken("host 2 was not refused while host 1 worked");
        }
        findings.put("refused", JobReport.fields(result));
    }

    /** On host 1's job thread, in the middle of its work. */
    private JobResult tryOnHost2() {
        narrator.line("");
        narrator.inner("Host 1 is in the middle of its work. Host 2 wants the same volume:");
        try {
            JobResult result =
                    new JobExecution(
                                    hosts.host(2),
                                    Duration.ZERO,
                                    narrator.output(),
                                    new Interruption())
                            .runToEnd(copyJob(2, source(2), 1), JobObserver.NONE);
            narrator.refusal(result, exitCode(result));
            narrator.line("");
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void takeOver() throws IOException, InterruptedException, CommandException {
        copy(2, 2, 2, JobObserver.NONE);
    }

    private void copy(int scene, int host, long generation, JobObserver more)
            throws IOException, InterruptedException, CommandException {
        StorageDomain domain = domain(host);
        Path source = source(scene);
        narrator.heading(
                scene,
                domain.leaseKind() == LeaseKind.LOCAL
                        ? "Copy the source into the volume. The job expects generation "
                                + generation
                        : scene == 1
                                ? "Host 1 copies the source into the volume. It expects generation "
                                        + generation
                                : "Host 1 has let go: now host 2 does its own job. It expects"
                                        + " generation "
                                        + generation);
        VolumeSlot before = RecordColumns.read(domain, volumeId);
        AtomicReference<VolumeSlot> during = new AtomicReference<>(before);
        StepTeller steps = new StepTeller(narrator.output(), narrator.indent(), generation, "");
        JobResult result =
                execution(host)
                        .runToEnd(
                                copyJob(host, source, generation),
                                new DemoObserver(
                                        steps,
                                        more,
                                        () -> during.set(RecordColumns.read(domain, volumeId))));
        requireDone(result);
        VolumeSlot after = RecordColumns.read(domain, volumeId);
        narrator.line("");
        narrator.line("   " + JobReport.summary(result));
        narrator.line("");
        new RecordColumns(before, Objects.requireNonNull(during.get()), after)
                .lines()
                .forEach(narrator::inner);
        narrator.line("");
        Path data = domain.find(volumeId).dataPath();
        if (!DemoData.isCopy(source, data, DemoData.CAPACITY_BYTES)) {
            throw broken("the volume is not like the source");
        }
        narrator.inner(
                "Byte for byte: the volume is the source, and zeroes behind its end (%d bytes)."
                        .formatted(DemoData.CAPACITY_BYTES));
        findings.put(scene == 1 ? "copy" : "second_copy", JobReport.fields(result));
        findings.put("identical", true);
        checkInterruption();
    }

    private void stale(int scene, int host, long generation)
            throws IOException, InterruptedException, CommandException {
        StorageDomain domain = domain(host);
        long stored = domain.find(volumeId).record().generation();
        narrator.heading(
                scene, "A job that comes too late: it expects generation " + generation + " still");
        String[] before = checksums(domain);
        StepTeller steps =
                new StepTeller(
                        narrator.output(),
                        narrator.indent(),
                        generation,
                        "refused: generation on storage is " + stored);
        // Another source: had this job run, the volume would differ.
        JobResult result =
                execution(host).runToEnd(copyJob(host, source(scene), generation), steps);
        ExitCode exitCode = exitCode(result);
        if (exitCode != ExitCode.GENERATION_MISMATCH) {
            throw broken("the stale job was not refused");
        }
        narrator.line("");
        narrator.refusal(result, exitCode);
        narrator.line("");
        String[] after = checksums(domain);
        narrator.inner("SHA-256               before            after");
        narrator.inner("the record's 8 KiB    %.16s  %.16s".formatted(before[0], after[0]));
        narrator.inner("the volume's 128 MiB  %.16s  %.16s".formatted(before[1], after[1]));
        if (!before[0].equals(after[0]) || !before[1].equals(after[1])) {
            throw broken("the refused job changed something");
        }
        narrator.inner("Not a byte was touched.");
        findings.put("stale", JobReport.fields(result));
        findings.put("stale_exit_code", exitCode.status());
        findings.put("untouched", true);
    }

    // ---- What they have in common ------------------------------------------------------------

    private JobExecution execution(int host) {
        OpenDomain open = hosts.host(host);
        return new JobExecution(open, Duration.ZERO, narrator.output(), interruption);
    }

    /** The source of a scene's job, made at its first use; no two are alike. */
    private Path source(int scene) throws IOException {
        Path source = folder.resolve("source" + scene + ".img");
        if (!Files.exists(source)) {
            DemoData.writeSource(source);
        }
        return source;
    }

    private CopyVolume copyJob(int host, Path source, long generation) {
        return new CopyVolume(
                RandomId.next(),
                new CopySource.Outside(source),
                domain(host),
                volumeId,
                generation,
                CopySettings.DEFAULT);
    }

    /** Of the record's slot, and of the volume's data. */
    private String[] checksums(StorageDomain domain) throws IOException {
        var volume = domain.find(volumeId);
        return new String[] {
            DemoData.checksum(
                    domain.controlPath(),
                    domain.superblock().layout().metadataOffset(volume.slotIndex()),
                    DomainLayout.METADATA_SLOT_BYTES),
            DemoData.checksum(volume.dataPath(), 0, volume.record().capacityBytes())
        };
    }

    private static void requireDone(JobResult result) throws CommandException {
        JobFailure failure = result.failure();
        if (failure != null) {
            throw new CommandException(
                    exitCode(result), failure.message(), JobReport.fields(result), failure.cause());
        }
    }

    private static ExitCode exitCode(JobResult result) {
        JobFailure failure = result.failure();
        if (failure == null) {
            return ExitCode.DONE;
        }
        return result.outcome() == JobState.ABORTED
                ? ExitCode.INTERRUPTED
                : ExitCode.of(failure.kind());
    }

    private static CommandException broken(String claim) {
        return new CommandException(ExitCode.FAILED, "the demo failed: " + claim);
    }
}
