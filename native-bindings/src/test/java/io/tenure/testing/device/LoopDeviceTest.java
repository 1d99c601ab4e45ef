package io.tenure.testing.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoopDeviceTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void the_device_has_the_size_and_sector_that_were_asked_for(int sectorBytes)
            throws IOException {
        try (LoopDevice device = LoopDevice.create(directory, 1 << 20, sectorBytes)) {
            Path queue = Path.of("/sys/block", device.path().getFileName().toString(), "queue");
            assertThat(Files.readString(queue.resolve("logical_block_size")).strip())
                    .isEqualTo(Integer.toString(sectorBytes));
            try (FileChannel channel = FileChannel.open(device.path(), StandardOpenOption.READ)) {
                assertThat(channel.size()).isEqualTo(1 << 20);
            }
        }
    }

    @Test
    void nothing_is_left_after_close() throws IOException {
        Path backing;
        Path device;
        try (LoopDevice loop = LoopDevice.create(directory, 1 << 20, 512)) {
            backing = loop.backing();
            device = loop.path();
            assertThat(attached(device)).isEqualTo(backing.toRealPath().toString());
        }
        assertThat(backing).doesNotExist();
        assertThat(attached(device)).isNotEqualTo(backing.toString());
    }

    @Test
    void close_finds_a_descriptor_that_was_leaked() throws IOException {
        LoopDevice loop = LoopDevice.create(directory, 1 << 20, 512);
        try (FileChannel leaked = FileChannel.open(loop.path(), StandardOpenOption.READ)) {
            assertThat(leaked.isOpen()).isTrue();
            assertThatThrownBy(loop::close)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("leaked");
        }
    }

    private static String attached(Path device) throws IOException {
        Path file = Path.of("/sys/block", device.getFileName().toString(), "loop", "backing_file");
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }
}
