package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.StorageDomain;
import io.tenure.domain.VolumeStore;
import io.tenure.format.ActiveJob;
import io.tenure.format.Quarantine;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reconnaissance by the command: an exit code and a sentence for each outcome. */
final class ReconVerbsTest {
    private static final String JOB = "10b00000-0000-4000-8000-000000000001";

    @TempDir Path domain;
    private String volume = "";

    @BeforeEach
    void makeVolume() {
        CommandRun.json("domain", "create", domain, "--max-volumes", 2);
        volume =
                CommandRun.text(
                        CommandRun.json("volume", "create", domain, "--size", "4096"), "volume_id");
    }

    @Test
    void eachOutcomeHasItsExitCodeAndSentence() throws IOException {
        says(14, "not started: job " + JOB, 1, "--no-preempt");
        says(0, "completed: job", 0, "--job-id", creator());
        says(16, "invalid: volume", 9);
        mark();
        says(12, "interrupted: job " + JOB, 1);
        says(12, "interrupted: job " + JOB, 1);
        CommandRun.of("volume", "zero", domain, volume, "--expect-generation", 2);
        CommandRun.of("volume", "zero", domain, volume, "--expect-generation", 3);
        says(15, "superseded: job " + JOB, 0);
        CommandRun unknown =
                CommandRun.of(
                        "volume",
                        "recon",
                        domain,
                        UUID.randomUUID(),
                        "--job-id",
                        JOB,
                        "--expect-generation",
                        1);
        assertThat(unknown.exitCode()).as(unknown.toString()).isEqualTo(17);
    }

    @Test
    void whatMakesNoSenseIsUsage() {
        recon(1, "--preempt", "--no-preempt").failsWith(ExitCode.USAGE);
        recon(1, "--request", "force").failsWith(ExitCode.USAGE);
        recon(1, "--wait", "-1").failsWith(ExitCode.USAGE);
        recon(-1).failsWith(ExitCode.USAGE);
        CommandRun.of(
                        "volume",
                        "release-quarantine",
                        domain,
                        volume,
                        "--expect-generation",
                        1,
                        "--reason",
                        " ")
                .failsWith(ExitCode.USAGE);
    }

    @Test
    void explainAndRepairTellAndRecordACutOffJob() throws IOException {
        mark();
        assertThat(CommandRun.of("volume", "explain", domain, volume).out())
                .contains("generation 1, and its data is illegal", JOB, "is free")
                .contains("next: job " + JOB + " was cut off");
        assertThat(CommandRun.of("volume", "repair", domain, volume).out())
                .contains("recorded job " + JOB + " as interrupted; generation 1 stays");
        assertThat(CommandRun.of("volume", "repair", domain, volume).out())
                .contains("nothing to repair");
        says(12, "interrupted: job " + JOB, 1);
    }

    @Test
    void repairWritesADamagedCopyAnewAndSaysSo() throws IOException {
        Map<?, ?> info = CommandRun.json("volume", "info", domain, volume);
        long slot = ((Number) Objects.requireNonNull(info.get("metadata_offset"))).longValue();
        byte[] whole = control(slot);
        for (long copy = 0; copy <= 4096; copy += 4096) {
            overwrite(slot + copy);
            String name = copy == 0 ? "A" : "B";
            assertThat(CommandRun.of("volume", "explain", domain, volume).out())
                    .contains("copy " + name + " of its record is damaged");
            byte[] damaged = control(slot);
            CommandRun look = recon(1, "--no-preempt");
            assertThat(look.exitCode()).as(look.toString()).isEqualTo(17);
            assertThat(look.out()).contains("copy " + name + " is damaged").hasLineCount(1);
            assertThat(control(slot)).isEqualTo(damaged);
            assertThat(CommandRun.of("volume", "repair", domain, volume).out())
                    .contains("wrote copy " + name + " of its record anew, which was damaged (")
                    .endsWith("generation 1 stays\n");
            assertThat(CommandRun.of("volume", "explain", domain, volume).out())
                    .doesNotContain("damaged");
            assertThat(CommandRun.of("volume", "repair", domain, volume).out())
                    .contains("nothing to repair");
        }
        says(14, "not started: job " + JOB, 1);
        overwrite(slot);
        overwrite(slot + 4096);
        byte[] lost = control(slot);
        CommandRun.of("volume", "repair", domain, volume).failsWith(ExitCode.INVALID_METADATA);
        assertThat(control(slot)).isEqualTo(lost).isNotEqualTo(whole);
    }

    private byte[] control(long offset) throws IOException {
        try (RandomAccessFile file = controlFile("r")) {
            byte[] bytes = new byte[8192];
            file.seek(offset);
            file.readFully(bytes);
            return bytes;
        }
    }

    private void overwrite(long offset) throws IOException {
        try (RandomAccessFile file = controlFile("rw")) {
            file.seek(offset);
            file.write(new byte[] {1, 2, 3});
        }
    }

    private RandomAccessFile controlFile(String mode) throws IOException {
        return new RandomAccessFile(domain.resolve("tenure.domain").toFile(), mode);
    }

    @Test
    void aQuarantineIsShownAndEndsByItselfWithLocalLeases() throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_WRITE)) {
            VolumeRecord record = open.find(UUID.fromString(volume)).record();
            put(open, record.withQuarantine(Optional.of(new Quarantine(2, 3))));
        }
        assertThat(CommandRun.of("volume", "info", domain, volume).out())
                .contains("host 2 (host generation 3) may still have writes under way");
        assertThat(
                        CommandRun.of(
                                        "volume",
                                        "release-quarantine",
                                        domain,
                                        volume,
                                        "--expect-generation",
                                        1,
                                        "--reason",
                                        "scrapped")
                                .failsWith(ExitCode.FAILED)
                                .err())
                .contains("in quarantine no more");
        assertThat(CommandRun.of("volume", "repair", domain, volume).out())
                .contains("ended its quarantine");
    }

    private void mark() throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_WRITE)) {
            VolumeRecord record = open.find(UUID.fromString(volume)).record();
            put(open, record.started(new ActiveJob(UUID.fromString(JOB), 0, 0, Instant.now())));
        }
    }

    private static void put(StorageDomain open, VolumeRecord record) throws IOException {
        VolumeStore store = open.store();
        store.write(store.read(record.slotIndex()), record, () -> {});
    }

    private String creator() throws IOException {
        try (StorageDomain open = StorageDomain.open(domain, Access.READ_ONLY)) {
            return open.find(UUID.fromString(volume))
                    .record()
                    .transitions()
                    .getFirst()
                    .jobId()
                    .toString();
        }
    }

    private void says(int exitCode, String sentence, long generation, Object... more) {
        CommandRun run = recon(generation, more);
        assertThat(run.exitCode()).as(run.toString()).isEqualTo(exitCode);
        assertThat(run.out()).startsWith(sentence).hasLineCount(1);
    }

    private CommandRun recon(long generation, Object... more) {
        List<Object> words =
                new ArrayList<>(
                        List.of(
                                "volume",
                                "recon",
                                domain,
                                volume,
                                "--expect-generation",
                                generation));
        List<Object> rest = List.of(more);
        words.addAll(rest);
        if (!rest.contains("--job-id")) {
            words.addAll(List.of("--job-id", JOB));
        }
        return CommandRun.of(words.toArray());
    }
}
