package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.device.LoopDevice;
import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
