package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for cannot be: one clear line, its exit code, and not a byte changed. */
class BadInputTest {
    private static final int SUPERBLOCK_COPY_B = 64 << 10;
    private static final int BLOCK_BYTES = 512;
    private static final int VERSION_OFFSET = 8;

    @TempDir private Path folder;
    private Path domain;
    private String volume = "";

    @BeforeEach
    void makeDomain() throws IOException {
        domain = Files.createDirectory(folder.resolve("domain"));
        Files.createDirectory(folder.resolve("empty"));
        Bytes.randomFile(folder.resolve("small"), 1 << 20);
        Bytes.randomFile(folder.resolve("big"), (1 << 20) + 1);
        CommandRun.json("domain", "create", domain, "--max-volumes", 2);
        volume =
                CommandRun.text(
                        CommandRun.json("volume", "create", domain, "--size", "1M"), "volume_id");
    }

    private Path control() {
        return domain.resolve("tenure.domain");
    }

    private String[] words(String commandLine) {
        return expand(commandLine).split(" ", -1);
    }

    private String expand(String text) {
        return text.replace("DOMAIN", domain.toString())
                .replace("VOLUME", volume)
                .replace("FOLDER", folder.toString())
                .replace("UNKNOWN", "8c2f6a5e-0b5d-4c11-9d5e-2f1b7c1a9e30");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "domain info FOLDER/nothing                       | FAILED | no such path",
                "domain info FOLDER/empty                         | FAILED | no storage domain",
                "domain info FOLDER/small                         | FAILED | is a file",
                "domain create FOLDER/nothing                     | FAILED | no such path",
                "domain create DOMAIN                             | FAILED | holds a storage domain",
                "domain create FOLDER/empty --sector-size 1024    | USAGE  | 512 or 4096",
                "domain create FOLDER/empty --sector-size 512 --lease-align 2M | USAGE | sanlock allows",
                "domain create FOLDER/empty --lease-align 3M      | USAGE  | 1M, 2M, 4M or 8M",
                "domain create FOLDER/empty --max-volumes 0       | USAGE  | maxVolumes",
                "domain create FOLDER/empty --io-timeout 0        | USAGE  | --io-timeout",
                "domain create FOLDER/empty --io-timeout 70000    | USAGE  | --io-timeout",
                "domain create FOLDER/empty --leases nfs          | USAGE  | neither local nor sanlock",
                "domain create FOLDER/empty --uuid 1-2-3-4-5      | USAGE  | is not a UUID",
                "domain create FOLDER/empty --uuid 00000000-0000-0000-0000-000000000000 | USAGE | means none",
                "host list DOMAIN                                 | USAGE  | local leases",
                "host join DOMAIN --host-id 1                     | USAGE  | local leases",
                "volume list FOLDER/nothing                       | FAILED | no such path",
                "volume create DOMAIN --size 1000                 | USAGE  | multiple",
                "volume create DOMAIN --size 0                    | USAGE  | multiple",
                "volume create DOMAIN --size 1.5M                 | USAGE  | whole number",
                "volume create DOMAIN --size 1M --uuid VOLUME     | FAILED | exists already",
                "volume create DOMAIN --size 1M --device FOLDER/nothing | FAILED | no such device",
                "volume create DOMAIN --size 1M --device FOLDER/small   | FAILED | small",
                "volume info DOMAIN UNKNOWN                       | FAILED | no volume UNKNOWN",
                "volume info DOMAIN something                     | USAGE  | is not a UUID",
                "volume delete DOMAIN UNKNOWN --expect-generation 1     | FAILED | no volume",
                "volume delete DOMAIN VOLUME --expect-generation 7      | GENERATION_MISMATCH | not the expected 7",
                "volume delete DOMAIN VOLUME --expect-generation -1     | USAGE | 0 or more",
                "volume delete DOMAIN VOLUME                      | USAGE  | --expect-generation",
                "volume copy DOMAIN file:FOLDER/nothing VOLUME --expect-generation 1 | FAILED | no such source",
                "volume copy DOMAIN FOLDER VOLUME --expect-generation 1 | FAILED | FOLDER",
                "volume copy DOMAIN small VOLUME --expect-generation 1  | USAGE  | neither the id",
                "volume copy DOMAIN UNKNOWN VOLUME --expect-generation 1 | FAILED | no volume",
                "volume copy DOMAIN VOLUME VOLUME --expect-generation 1  | USAGE | source and destination",
                "volume copy DOMAIN FOLDER/big VOLUME --expect-generation 1 | FAILED | smaller than the source",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 2 | GENERATION_MISMATCH | not the expected 2",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --queue-depth 0 | USAGE | 1 to 64",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --queue-depth 65 | USAGE | 1 to 64",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --request-size 1000 | USAGE | multiple of 4 KiB",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --request-size 32M | USAGE | at most 16 MiB",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --lease-wait -1 | USAGE | --lease-wait",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --job-id x | USAGE | is not a UUID",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --io-engine fast | USAGE | is none of auto, aio",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --offload maybe | USAGE | is none of never, auto, always",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --offload always --verify | USAGE | does not go with",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --rate-limit 0 | USAGE | at least 128 KiB",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --rate-limit -5M/s | USAGE | negative",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --rate-limit 5M/h | USAGE | is not a size",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --io-priority high | USAGE | is none of none, realtime, best-effort, idle",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --io-priority best-effort:8 | USAGE | to 7",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --io-priority idle:1 | USAGE | idle has none",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --checksum=md5 | USAGE | --checksum",
                "volume export DOMAIN VOLUME FOLDER/new --io-engine fast | USAGE | is none of auto, aio",
                "volume export DOMAIN VOLUME FOLDER/new --offload maybe | USAGE | is none of never, auto, always",
                "volume export DOMAIN VOLUME FOLDER/new --offload always --verify | USAGE | does not go with",
                "volume export DOMAIN VOLUME FOLDER/new --rate-limit 0 | USAGE | at least 128 KiB",
                "volume export DOMAIN VOLUME FOLDER/new --rate-limit -5M/s | USAGE | negative",
                "volume export DOMAIN VOLUME FOLDER/new --rate-limit 5M/h | USAGE | is not a size",
                "volume export DOMAIN VOLUME FOLDER/new --io-priority high | USAGE | is none of none, realtime, best-effort, idle",
                "volume export DOMAIN VOLUME FOLDER/new --io-priority best-effort:8 | USAGE | to 7",
                "volume export DOMAIN VOLUME FOLDER/new --io-priority idle:1 | USAGE | idle has none",
                "volume export DOMAIN VOLUME FOLDER/new --checksum=md5 | USAGE | --checksum",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --offload always --checksum | USAGE | does not go with",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --offload always --preallocate | USAGE | does not go with",
                "volume copy DOMAIN FOLDER/small VOLUME --expect-generation 1 --io-priority realtime: | USAGE | level",
                "volume zero DOMAIN VOLUME --expect-generation 2 | GENERATION_MISMATCH | not the expected 2",
                "volume zero DOMAIN VOLUME --expect-generation 1 --discard maybe | USAGE | is none of none, before, after",
                "volume zero DOMAIN VOLUME --expect-generation 1 --rate-limit 1K | USAGE | at least 128 KiB",
                "volume zero DOMAIN VOLUME --expect-generation 1 --io-priority slow | USAGE | is none of",
                "volume zero DOMAIN VOLUME --expect-generation 1 --request-size 1M | USAGE | --request-size",
                "volume zero DOMAIN VOLUME | USAGE | --expect-generation",
                "volume zero DOMAIN UNKNOWN --expect-generation 1 | FAILED | no volume UNKNOWN",
                "volume fill DOMAIN VOLUME --expect-generation 1 | FAILED | lies in a file",
                "volume fill DOMAIN VOLUME --expect-generation 2 | GENERATION_MISMATCH | not the expected 2",
                "volume fill DOMAIN VOLUME --expect-generation 1 --rate-limit x | USAGE | is not a size",
                "volume fill DOMAIN VOLUME --expect-generation 1 --discard before | USAGE | --discard",
                "volume fill DOMAIN VOLUME | USAGE | --expect-generation",
                "volume discard DOMAIN VOLUME --expect-generation 2 | GENERATION_MISMATCH | not the expected 2",
                "volume discard DOMAIN VOLUME | USAGE | --expect-generation",
                "volume update DOMAIN VOLUME --expect-generation 1 | USAGE | changes nothing",
                "volume update DOMAIN VOLUME --expect-generation 1 --legality maybe | USAGE | --legality",
                "volume update DOMAIN VOLUME --expect-generation 1 --legality removed | USAGE | delete it",
                "volume update DOMAIN VOLUME --expect-generation 1 --size 512 | FAILED | none is made smaller",
                "volume export DOMAIN VOLUME FOLDER/small         | FAILED | exists already",
                "volume export DOMAIN VOLUME FOLDER               | FAILED | is a directory",
                "volume export DOMAIN VOLUME FOLDER/nothing/x     | FAILED | no such directory",
            })
    void badInputIsOneLineAndChangesNothing(String commandLine, ExitCode exitCode, String said)
            throws IOException {
        Map<String, String> before = Bytes.fingerprint(folder);
        CommandRun run = CommandRun.of((Object[]) words(commandLine)).failsWith(exitCode);
        assertThat(run.err()).contains(expand(said));
        assertThat(Bytes.fingerprint(folder)).isEqualTo(before);
    }

    @Test
    void aFullDomainRefusesOneMoreVolume() throws IOException {
        CommandRun.json("volume", "create", domain, "--size", "1M");
        Map<String, String> before = Bytes.fingerprint(folder);
        assertThat(
                        CommandRun.of("volume", "create", domain, "--size", "1M")
                                .failsWith(ExitCode.FAILED)
                                .err())
                .contains("is full");
        assertThat(Bytes.fingerprint(folder)).isEqualTo(before);
    }

    @Test
    void aVolumeWhoseDataIsGoneIsAFailure() throws IOException {
        Files.delete(domain.resolve("volumes/" + volume + ".raw"));
        assertThat(
                        CommandRun.of(
                                        "volume",
                                        "copy",
                                        domain,
                                        folder.resolve("small"),
                                        volume,
                                        "--expect-generation",
                                        1)
                                .failsWith(ExitCode.FAILED)
                                .err())
                .contains("is missing");
    }

    @Test
    void aDomainOfANewerFormatIsLeftAloneWithExitCode6() throws IOException {
        byte[] block = Bytes.read(control(), 0, BLOCK_BYTES);
        ByteBuffer view = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        view.putInt(VERSION_OFFSET, 99);
        CRC32C checksum = new CRC32C();
        checksum.update(block, 0, BLOCK_BYTES - 4);
        view.putInt(BLOCK_BYTES - 4, (int) checksum.getValue());
        Bytes.overwrite(control(), 0, block);
        Bytes.overwrite(control(), SUPERBLOCK_COPY_B, block);
        Map<String, String> before = Bytes.fingerprint(folder);
        assertThat(
                        CommandRun.of("volume", "create", domain, "--size", "1M")
                                .failsWith(ExitCode.INVALID_METADATA)
                                .err())
                .contains("99");
        assertThat(CommandRun.of("domain", "create", domain).failsWith(ExitCode.FAILED).err())
                .contains("holds");
        assertThat(Bytes.fingerprint(folder)).isEqualTo(before);
    }

    @Test
    void aDamagedSuperblockIsExitCode6AndAFileThatIsNoDomainExitCode1() throws IOException {
        Bytes.overwrite(control(), 100, (byte) 1);
        Bytes.overwrite(control(), SUPERBLOCK_COPY_B + 100, (byte) 1);
        CommandRun.of("volume", "list", domain).failsWith(ExitCode.INVALID_METADATA);
        Path empty = folder.resolve("empty");
        try (RandomAccessFile file =
                new RandomAccessFile(empty.resolve("tenure.domain").toFile(), "rw")) {
            file.setLength(8 << 20);
        }
        CommandRun.of("volume", "list", empty).failsWith(ExitCode.FAILED);
    }

    @Test
    void anInvalidRecordIsListedAndItsVolumeIsExitCode6() throws IOException {
        Map<String, Object> info = CommandRun.json("volume", "info", domain, volume);
        long record = Long.parseLong(String.valueOf(info.get("metadata_offset")));
        Bytes.overwrite(control(), record + 40, new byte[] {1, 2, 3});
        Bytes.overwrite(control(), record + 4096 + 40, new byte[] {1, 2, 3});
        assertThat(CommandRun.json("volume", "list", domain).get("invalid_slots"))
                .asString()
                .contains("slot=1");
        assertThat(CommandRun.of("volume", "list", domain).out()).contains("(invalid record)");
        CommandRun.of("volume", "info", domain, volume).failsWith(ExitCode.INVALID_METADATA);
    }
}
