package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.device.LoopDevice;
import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command on block devices: loop devices with sectors of both sizes. Needs root. */
class DeviceTest {
    private static final long CONTROL_BYTES = 16 << 20;
    private static final int DATA_BYTES = 8 << 20;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void aDomainAndAVolumeOnDevicesTakeACopy(int sectorBytes) throws IOException {
        try (LoopDevice control = LoopDevice.create(folder, CONTROL_BYTES, sectorBytes);
                LoopDevice data = LoopDevice.create(folder, DATA_BYTES, sectorBytes)) {
            assertThat(CommandRun.json("domain", "create", control.path()))
                    .containsEntry("sector_size", sectorBytes)
                    .containsEntry("control_path", control.path().toString());
            Map<String, Object> made =
                    CommandRun.json(
                            "volume",
                            "create",
                            control.path(),
                            "--size",
                            DATA_BYTES,
                            "--device",
                            data.path());
            assertThat(made).containsEntry("data_path", data.path().toString());
            Path source = Bytes.randomFile(folder.resolve("source"), DATA_BYTES - 777);
            String volume = CommandRun.text(made, "volume_id");
            CommandRun.json(
                    "volume", "copy", control.path(), source, volume, "--expect-generation", 1);
            Path exported = folder.resolve("exported");
            CommandRun.json("volume", "export", control.path(), volume, exported);
            assertThat(Bytes.read(exported, 0, DATA_BYTES))
                    .isEqualTo(Bytes.read(source, 0, DATA_BYTES));
            CommandRun.of(
                            "volume",
                            "create",
                            control.path(),
                            "--size",
                            DATA_BYTES,
                            "--device",
                            data.path())
                    .failsWith(ExitCode.FAILED);
        }
    }

    @Test
    void fillingBringsZeroesToTheFreeEndAndLeavesTheVolume() throws IOException {
        Path domain = Files.createDirectory(folder.resolve("domain"));
        CommandRun.json("domain", "create", domain, "--max-volumes", 2);
        int capacity = DATA_BYTES / 2;
        try (LoopDevice data = LoopDevice.create(folder, DATA_BYTES, 512)) {
            byte[] before = cover(data);
            String volume = makeVolume(domain, capacity, data);
            assertThat(CommandRun.json("volume", "fill", domain, volume, "--expect-generation", 1))
                    .containsEntry("kind", "fill")
                    .containsEntry("bytes_zeroed", DATA_BYTES - capacity)
                    .containsEntry("generation_after", 2);
            byte[] after = Bytes.read(data.backing(), 0, DATA_BYTES);
            assertThat(Arrays.copyOf(after, capacity)).isEqualTo(Arrays.copyOf(before, capacity));
            assertThat(Arrays.copyOfRange(after, capacity, DATA_BYTES)).containsOnly(0);
            assertThat(
                            CommandRun.of(
                                            "volume",
                                            "fill",
                                            domain,
                                            volume,
                                            "--expect-generation",
                                            2)
                                    .out())
                    .startsWith("filled 4 MiB (4194304 bytes) in ");
        }
    }

    @Test
    void aTargetSaidToBeZeroGetsNoZeroes() throws IOException {
        Path domain = Files.createDirectory(folder.resolve("domain"));
        CommandRun.json("domain", "create", domain, "--max-volumes", 2);
        Path sparse = folder.resolve("sparse");
        Bytes.randomFile(sparse, 1 << 20);
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(DATA_BYTES);
        }
        try (LoopDevice data = LoopDevice.create(folder, DATA_BYTES, 512);
                LoopDevice exported = LoopDevice.create(folder, DATA_BYTES, 512)) {
            byte[] before = cover(data);
            cover(exported);
            String volume = makeVolume(domain, DATA_BYTES, data);
            String[] copy = {"volume", "copy", domain.toString(), sparse.toString(), volume};
            CommandRun.json(with(copy, "--expect-generation", "1", "--target-is-zero"));
            byte[] after = Bytes.read(data.backing(), 0, DATA_BYTES);
            assertThat(Arrays.copyOf(after, 1 << 20)).isEqualTo(Bytes.read(sparse, 0, 1 << 20));
            assertThat(Arrays.copyOfRange(after, 1 << 20, DATA_BYTES))
                    .as("the claim was wrong, and believed")
                    .isEqualTo(Arrays.copyOfRange(before, 1 << 20, DATA_BYTES));
            CommandRun.json(with(copy, "--expect-generation", "2"));
            assertThat(Bytes.read(data.backing(), 0, DATA_BYTES))
                    .isEqualTo(Bytes.read(sparse, 0, DATA_BYTES));
            CommandRun.json(
                    "volume", "export", domain, volume, exported.path(), "--target-is-zero");
            assertThat(Bytes.read(exported.backing(), DATA_BYTES - 4096, 4096))
                    .isEqualTo(Arrays.copyOfRange(before, DATA_BYTES - 4096, DATA_BYTES));
        }
    }

    private static Object[] with(String[] words, String... more) {
        Object[] all = Arrays.copyOf(words, words.length + more.length, Object[].class);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    private byte[] cover(LoopDevice device) throws IOException {
        byte[] pattern = Files.readAllBytes(Bytes.randomFile(folder.resolve("p"), DATA_BYTES));
        Files.write(device.path(), pattern, StandardOpenOption.SYNC);
        return pattern;
    }

    private static String makeVolume(Path domain, int capacityBytes, LoopDevice device) {
        return CommandRun.text(
                CommandRun.json(
                        "volume",
                        "create",
                        domain,
                        "--size",
                        capacityBytes,
                        "--device",
                        device.path()),
                "volume_id");
    }

    @Test
    void whatDoesNotFitTheDeviceIsRefusedAndChangesNothing() throws IOException {
        try (LoopDevice control = LoopDevice.create(folder, CONTROL_BYTES, 4096)) {
            Map<String, String> before = Bytes.fingerprint(folder);
            CommandRun.of("domain", "create", control.path(), "--sector-size", 512)
                    .failsWith(ExitCode.USAGE);
            CommandRun.of("domain", "create", control.path(), "--max-volumes", 100)
                    .failsWith(ExitCode.USAGE);
            assertThat(Bytes.fingerprint(folder)).isEqualTo(before);
            CommandRun.json("domain", "create", control.path());
            before = Bytes.fingerprint(folder);
            // A domain on a device has no place for files.
            CommandRun.of("volume", "create", control.path(), "--size", "1M")
                    .failsWith(ExitCode.USAGE);
            // Its own device is in use.
            CommandRun.of(
                            "volume",
                            "create",
                            control.path(),
                            "--size",
                            "1M",
                            "--device",
                            control.path())
                    .failsWith(ExitCode.FAILED);
            assertThat(Bytes.fingerprint(folder)).isEqualTo(before);
        }
    }

    @Test
    void aDestinationThatIsInUseIsRefused() throws Exception {
        Path domain = Files.createDirectory(folder.resolve("domain"));
        Path mountPoint = Files.createDirectory(folder.resolve("mounted"));
        try (LoopDevice data = LoopDevice.create(folder, DATA_BYTES, 512)) {
            CommandRun.json("domain", "create", domain, "--max-volumes", 2);
            run("mkfs.ext4", "-q", data.path().toString());
            run("mount", data.path().toString(), mountPoint.toString());
            try {
                CommandRun.of("volume", "create", domain, "--size", "1M", "--device", data.path())
                        .failsWith(ExitCode.FAILED);
            } finally {
                run("umount", mountPoint.toString());
            }
            CommandRun.json("volume", "create", domain, "--size", "1M", "--device", data.path());
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }
}
