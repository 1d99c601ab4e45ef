package io.tenure.tools.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private static final long MIB = 1 << 20;
    private static final String ERASE = "\r\u001b[K";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long nowNanos = Long.MAX_VALUE - 5_000_000_000L;

    private Progress progress(boolean visible, long totalBytes) {
        return new Progress(
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                visible,
                () -> nowNanos,
                "copying",
                totalBytes);
    }

    private String drawn() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void itTellsPercentSizeRateAndRestAndIsErasedAtTheEnd() {
        try (Progress progress = progress(true, 100 * MIB)) {
            nowNanos += 10_000_000_000L;
            progress.update(25 * MIB);
        }
        assertThat(drawn())
                .isEqualTo(ERASE + "copying: 25%, 25 MiB of 100 MiB, 2.5 MiB/s, 0:30 left" + ERASE);
    }

    @Test
    void itIsDrawnAtMostTenTimesASecond() {
        Progress progress = progress(true, 1000);
        for (int millis = 0; millis < 1000; millis++) {
            nowNanos += 1_000_000;
            progress.update(millis);
        }
        assertThat(drawn().split(ERASE.replace("[", "\\["), -1)).hasSize(10 + 1);
        progress.close();
    }

    @Test
    void whereNobodyWatchesNothingIsDrawn() {
        try (Progress progress = progress(false, 100)) {
            nowNanos += 1_000_000_000;
            progress.update(50);
        }
        assertThat(drawn()).isEmpty();
    }

    @Test
    void aShortJobLeavesNoTrace() {
        try (Progress progress = progress(true, 100)) {
            nowNanos += 50_000_000;
            progress.update(100);
        }
        assertThat(drawn()).isEmpty();
    }

    @Test
    void afterTheEndNothingIsDrawn() {
        Progress progress = progress(true, 100);
        progress.close();
        nowNanos += 1_000_000_000;
        progress.update(50);
        assertThat(drawn()).isEmpty();
    }

    @Test
    void noBytesAndNothingDoneYetAreDrawnWithoutNonsense() {
        Progress progress = progress(true, 0);
        nowNanos += 1_000_000_000;
        progress.update(0);
        assertThat(drawn()).isEqualTo(ERASE + "copying: 0 B of 0 B, 0 B/s");
        progress.close();
    }
}
