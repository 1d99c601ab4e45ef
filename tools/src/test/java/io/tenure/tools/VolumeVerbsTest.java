package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nouns domain and volume on a real domain with local leases. */
class VolumeVerbsTest {
    private static final int MIB = 1 << 20;

    @TempDir private Path folder;
    private Path domain;
    private Path source;

    @BeforeEach
    void makeDomain() throws IOException {
        domain = Files.createDirectory(folder.resolve("domain"));
        source = Bytes.randomFile(folder.resolve("source"), 3 * MIB + 777);
        CommandRun.json("domain", "create", domain, "--max-volumes", 4);
    }

    private String makeVolume() {
        return CommandRun.text(
                CommandRun.json("volume", "create", domain, "--size", "4M"), "volume_id");
    }

    private Map<String, Object> info(String volume) {
        return CommandRun.json("volume", "info", domain, volume);
    }

    @Test
    void aDomainIsMadeAsAskedForAndInfoTellsTheSame() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        UUID id = UUID.randomUUID();
        Map<String, Object> made =
                CommandRun.json(
                        "domain",
                        "create",
                        other,
                        "--uuid",
                        id,
                        "--sector-size",
                        4096,
                        "--lease-align",
                        "2M",
                        "--max-volumes",
                        7,
                        "--io-timeout",
                        5);
        assertThat(made)
                .containsEntry("domain_id", id.toString())
                .containsEntry("leases", "local")
                .containsEntry("sector_size", 4096)
                .containsEntry("lease_align", 2 * MIB)
                .containsEntry("max_volumes", 7)
                .containsEntry("io_timeout", 5)
                .containsEntry("volumes", 0);
        assertThat(CommandRun.json("domain", "info", other)).isEqualTo(made);
    }

    @Test
    void aNewVolumeTellsWhereItsPartsLieAndWhichJobMadeIt() {
        UUID id = UUID.randomUUID();
        UUID job = UUID.randomUUID();
        Map<String, Object> made =
                CommandRun.json(
                        "volume",
                        "create",
                        domain,
                        "--size",
                        "4M",
                        "--uuid",
                        id,
                        "--job-id",
                        job,
                        "--description",
                        "Größe \"1\"");
        assertThat(made)
                .containsEntry("volume_id", id.toString())
                .containsEntry("slot", 1)
                .containsEntry("lease_path", domain.resolve("tenure.domain").toString())
                .containsEntry("lease_offset", 3 * MIB)
                .containsEntry("metadata_offset", (2 + 5) * MIB + 8192)
                .containsEntry("capacity", 4 * MIB)
                .containsEntry("generation", 1)
                .containsEntry("legality", "legal")
                .containsEntry("active_job", null)
                .containsEntry("damaged_copy", null)
                .containsEntry("description", "Größe \"1\"")
                .containsEntry("job_id", job.toString())
                .containsEntry("outcome", "done")
                .containsEntry("generation_before", 0)
                .containsEntry("generation_after", 1)
                .containsEntry("warnings", List.of())
                .containsKeys("domain_id", "data_path", "image_id", "created", "transitions");
        assertThat(made.get("seconds"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("acquire", "validate", "work", "commit", "release");
        assertThat(Path.of(CommandRun.text(made, "data_path"))).hasSize(4 * MIB);
        assertThat(made).containsAllEntriesOf(withoutLease(info(id.toString())));
        assertThat(CommandRun.json("volume", "list", domain).get("volumes"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("volume_id", id.toString());
    }

    private static Map<String, Object> withoutLease(Map<String, Object> info) {
        assertThat(info.remove("lease"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("state", "free");
        return info;
    }

    @Test
    void aCopyBringsTheSourceAndOneGeneration() throws IOException {
        String volume = makeVolume();
        Map<String, Object> copied =
                CommandRun.json(
                        "volume",
                        "copy",
                        domain,
                        "file:" + source,
                        volume,
                        "--expect-generation",
                        1,
                        "--request-size",
                        "64K",
                        "--queue-depth",
                        3);
        assertThat(copied)
                .containsEntry("kind", "copy")
                .containsEntry("outcome", "done")
                .containsEntry("generation_before", 1)
                .containsEntry("generation_after", 2)
                .containsKeys("domain_id", "volume_id", "job_id", "seconds", "warnings", "rate");
        Map<String, Object> info = info(volume);
        byte[] data = Files.readAllBytes(Path.of(CommandRun.text(info, "data_path")));
        assertThat(data).isEqualTo(Arrays.copyOf(Files.readAllBytes(source), 4 * MIB));
        assertThat(info.get("transitions"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2)
                .first(InstanceOfAssertFactories.MAP)
                .containsEntry("from_generation", 1)
                .containsEntry("kind", "completed")
                .containsEntry("job_id", copied.get("job_id"))
                .containsEntry("host_id", 0)
                .containsEntry("failure_code", null)
                .containsKey("time");
    }

    @Test
    void aVolumeIsASourceAndItsExportIsLikeIt() throws IOException {
        String first = makeVolume();
        String second = makeVolume();
        CommandRun.json("volume", "copy", domain, source, first, "--expect-generation", 1);
        CommandRun.json("volume", "copy", domain, first, second, "--expect-generation", 1);
        Path exported = folder.resolve("exported");
        assertThat(CommandRun.json("volume", "export", domain, second, exported))
                .containsEntry("kind", "export")
                .containsEntry("generation_after", 2)
                .containsEntry("file", exported.toString());
        assertThat(Files.readAllBytes(exported))
                .isEqualTo(Arrays.copyOf(Files.readAllBytes(source), 4 * MIB));
    }

    @Test
    void oneCopyWritesSeveralVolumesAndTellsOfEach() throws IOException {
        String first = makeVolume();
        String second = makeVolume();
        String[] copy = {
            "volume",
            "copy",
            domain.toString(),
            source.toString(),
            first,
            "--expect-generation",
            "1",
            "--to"
        };
        assertThat(CommandRun.json(with(copy, second + ":1")))
                .containsEntry("volume_id", first)
                .extractingByKey("volumes")
                .asInstanceOf(InstanceOfAssertFactories.list(Object.class))
                .hasSize(2)
                .last()
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("volume_id", second)
                .containsEntry("generation_after", 2)
                .containsEntry("committed", true);
        assertThat(
                        CommandRun.of(with(copy, second + ":2"))
                                .failsWith(ExitCode.GENERATION_MISMATCH)
                                .err())
                .contains(first);
        for (String wrong : List.of(second, second + ":", second + ":-1", "x:1")) {
            CommandRun.of(with(copy, wrong)).failsWith(ExitCode.USAGE);
        }
    }

    @Test
    void aCheckedCopyReportsTheChecksumOfItsSourceAndThatItWasVerified() throws IOException {
        String volume = makeVolume();
        CRC32C crc = new CRC32C();
        crc.update(Files.readAllBytes(source));
        String expected = "%08x".formatted(crc.getValue());
        String[] copy = {"volume", "copy", domain.toString(), source.toString(), volume};
        assertThat(CommandRun.json(with(copy, "--expect-generation", "1", "--checksum")))
                .containsEntry("crc32c", expected)
                .containsEntry("verified", false)
                .containsEntry("offloaded", false)
                .containsEntry("bytes_shared", 0);
        assertThat(CommandRun.json(with(copy, "--expect-generation", "2", "--verify")))
                .containsEntry("crc32c", expected)
                .containsEntry("verified", true);
        assertThat(CommandRun.json(with(copy, "--expect-generation", "3")))
                .containsEntry("crc32c", null)
                .containsEntry("verified", false);
        assertThat(CommandRun.of(with(copy, "--expect-generation", "4", "--verify")).out())
                .contains("crc32c " + expected)
                .contains("verified");
        Path exported = folder.resolve("exported");
        Map<String, Object> export =
                CommandRun.json("volume", "export", domain, volume, exported, "--verify");
        crc.reset();
        crc.update(Files.readAllBytes(exported));
        assertThat(export)
                .containsEntry("crc32c", "%08x".formatted(crc.getValue()))
                .containsEntry("verified", true);
    }

    @Test
    void aCopyTakesHowItIsMadeAndBringsTheSame() throws IOException {
        String volume = makeVolume();
        Map<String, Object> copied =
                CommandRun.json(
                        "volume",
                        "copy",
                        domain,
                        source,
                        volume,
                        "--expect-generation",
                        1,
                        "--io-engine",
                        "threads",
                        "--rate-limit",
                        "1G/s",
                        "--io-priority",
                        "best-effort:7",
                        "--offload",
                        "auto",
                        "--preallocate");
        assertThat(copied).containsEntry("io_engine", "threads");
        Path data = Path.of(CommandRun.text(info(volume), "data_path"));
        assertThat(Files.readAllBytes(data))
                .isEqualTo(Arrays.copyOf(Files.readAllBytes(source), 4 * MIB));
    }

    @Test
    void zeroingBringsZeroesAndOneGeneration() throws IOException {
        String volume = makeVolume();
        CommandRun.json("volume", "copy", domain, source, volume, "--expect-generation", 1);
        String[] zero = {"volume", "zero", domain.toString(), volume};
        assertThat(
                        CommandRun.json(
                                with(
                                        zero,
                                        "--expect-generation",
                                        "2",
                                        "--discard",
                                        "before",
                                        "--rate-limit",
                                        "1G/s",
                                        "--io-priority",
                                        "idle")))
                .containsEntry("kind", "zero")
                .containsEntry("outcome", "done")
                .containsEntry("bytes_zeroed", 4 * MIB)
                .containsEntry("bytes_copied", 0)
                .containsEntry("generation_after", 3);
        Path data = Path.of(CommandRun.text(info(volume), "data_path"));
        assertThat(Files.readAllBytes(data)).hasSize(4 * MIB).containsOnly(0);
        assertThat(CommandRun.of(with(zero, "--expect-generation", "3")).out())
                .startsWith("zeroed 4 MiB (4194304 bytes) in ")
                .contains("generation 3 -> 4, legal");
    }

    @Test
    void aPreallocatedVolumeSaysSoAndItsStorageIsNotGivenBack() {
        String volume =
                CommandRun.text(
                        CommandRun.json(
                                "volume", "create", domain, "--size", "4M", "--preallocate"),
                        "volume_id");
        assertThat(info(volume)).containsEntry("allocation", "preallocated");
        CommandRun.of(
                        "volume",
                        "zero",
                        domain,
                        volume,
                        "--expect-generation",
                        1,
                        "--discard",
                        "after")
                .failsWith(ExitCode.FAILED);
        assertThat(info(volume)).containsEntry("generation", 1).containsEntry("legality", "legal");
    }

    @Test
    void updateAndDeleteTakeTheGenerationThatTheyExpect() {
        String volume = makeVolume();
        String[] update = {"volume", "update", domain.toString(), volume, "--description", "new"};
        assertThat(CommandRun.json(with(update, "--expect-generation", "1")))
                .containsEntry("kind", "update")
                .containsEntry("generation_after", 2);
        CommandRun.of(with(update, "--expect-generation", "1"))
                .failsWith(ExitCode.GENERATION_MISMATCH);
        assertThat(info(volume)).containsEntry("description", "new");
        String[] delete = {"volume", "delete", domain.toString(), volume};
        CommandRun.of(with(delete, "--expect-generation", "1"))
                .failsWith(ExitCode.GENERATION_MISMATCH);
        assertThat(CommandRun.json(with(delete, "--expect-generation", "2")))
                .containsEntry("kind", "delete")
                .containsEntry("outcome", "done");
        CommandRun.of("volume", "info", domain, volume).failsWith(ExitCode.FAILED);
        assertThat(CommandRun.json("volume", "list", domain)).containsEntry("volumes", List.of());
    }

    private static Object[] with(String[] words, String... more) {
        Object[] all = Arrays.copyOf(words, words.length + more.length, Object[].class);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    @Test
    @Tag("ovirt-2")
    void aStaleGenerationIsRefusedInOneObjectAndTouchesNothing() throws IOException {
        String volume = makeVolume();
        Map<String, Object> before = info(volume);
        Path data = Path.of(CommandRun.text(before, "data_path"));
        byte[] dataBefore = Files.readAllBytes(data);
        CommandRun run =
                CommandRun.of(
                        "--json",
                        "volume",
                        "copy",
                        domain,
                        source,
                        volume,
                        "--expect-generation",
                        2);
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.json())
                .containsEntry("error", "generation_mismatch")
                .containsEntry("exit_code", 4)
                .containsEntry("outcome", "failed")
                .containsEntry("failed_step", "validate")
                .containsEntry("generation_before", 1)
                .containsEntry("generation_after", 1)
                .containsEntry("volume_id", volume);
        assertThat(info(volume)).isEqualTo(before);
        assertThat(Files.readAllBytes(data)).isEqualTo(dataBefore);
    }

    @Test
    void everyEngineCopiesUnderALeaseAndLetsItGo() {
        String volume = makeVolume();
        long generation = 1;
        for (int round = 0; round < 3; round++) {
            for (String engine : List.of("aio", "threads", "uring")) {
                assertThat(
                                CommandRun.json(
                                        "volume",
                                        "copy",
                                        domain,
                                        source,
                                        volume,
                                        "--expect-generation",
                                        generation,
                                        "--io-engine",
                                        engine,
                                        "--verify"))
                        .containsEntry("io_engine", engine)
                        .containsEntry("verified", true);
                generation++;
            }
        }
    }

    @Test
    void peopleGetSizesWithUnitsAndExactBytes() {
        String volume = makeVolume();
        assertThat(CommandRun.of("volume", "info", domain, volume).out())
                .contains("4 MiB (4194304 bytes)")
                .contains("lease state:");
        assertThat(CommandRun.of("volume", "list", domain).out())
                .startsWith("SLOT  VOLUME")
                .contains(volume)
                .hasLineCount(2);
        CommandRun copied =
                CommandRun.of("volume", "copy", domain, source, volume, "--expect-generation", 1);
        assertThat(copied.out())
                .containsPattern("/s; engine (aio|threads)\n")
                .contains("generation 1 -> 2");
        assertThat(copied.err()).isEmpty();
    }

    @Test
    void verboseTellsOfStepsAndRecordsAndQuietOfNothing() {
        String volume = makeVolume();
        CommandRun verbose =
                CommandRun.of(
                        "--verbose",
                        "volume",
                        "copy",
                        domain,
                        source,
                        volume,
                        "--expect-generation",
                        1);
        assertThat(verbose.err())
                .contains(
                        "acquire begins", "record written: generation 1, illegal", "release done");
        CommandRun quiet =
                CommandRun.of(
                        "--quiet",
                        "volume",
                        "copy",
                        domain,
                        source,
                        volume,
                        "--expect-generation",
                        2);
        assertThat(quiet).isEqualTo(new CommandRun(0, "", ""));
    }
}
