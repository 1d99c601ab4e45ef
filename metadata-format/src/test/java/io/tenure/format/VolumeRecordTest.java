package io.tenure.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VolumeRecordTest {
    private static final Instant T = Instant.parse("2026-02-03T04:05:06.789Z");
    private static final ActiveJob JOB = new ActiveJob(Samples.job(1), 17, 3, T);
    private static final VolumeRecord NEW = Samples.newVolume();

    @Test
    void aStepChangesTheStateAndNothingElse() {
        VolumeRecord record = Samples.working();
        VolumeRecord completed = record.completed(T);
        assertThat(completed.state()).isEqualTo(record.state().completed(T));
        assertThat(completed).usingRecursiveComparison().ignoringFields("state").isEqualTo(record);
        assertThat(NEW.started(JOB).state()).isEqualTo(NEW.state().started(JOB));
        assertThat(NEW.startedKeepingLegality(JOB).state())
                .isEqualTo(NEW.state().startedKeepingLegality(JOB));
        assertThat(record.completedKeepingLegality(T).legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.failed(5, T).state()).isEqualTo(record.state().failed(5, T));
        assertThat(record.removed(T).state()).isEqualTo(record.state().removed(T));
        assertThat(record.fenced(Samples.job(1), 2, T).state())
                .isEqualTo(record.state().fenced(Samples.job(1), 2, T));
        assertThat(NEW.updated(Samples.job(1), 2, Legality.LEGAL, T).state())
                .isEqualTo(NEW.state().updated(Samples.job(1), 2, Legality.LEGAL, T));
    }

    @Test
    void aChangedFieldLeavesStateAndOtherFields() {
        VolumeRecord changed =
                Samples.working()
                        .withDescription("new")
                        .withCapacityBytes(1024)
                        .withParentId(Optional.empty());
        assertThat(changed.description()).isEqualTo("new");
        assertThat(changed.capacityBytes()).isEqualTo(1024);
        assertThat(changed.parentId()).isEmpty();
        assertThat(changed)
                .usingRecursiveComparison()
                .ignoringFields("description", "capacityBytes", "parentId")
                .isEqualTo(Samples.working());
    }

    @Test
    void pathAndDescriptionShareTwoHundredAndEightBytesOfUtf8() throws Exception {
        int left = 208 - "images/disk.raw".length();
        assertRoundTrip(NEW.withDescription("x".repeat(left)));
        assertRoundTrip(NEW.withDescription("€".repeat(63) + "éé"));
        assertRoundTrip(NEW.withDescription("\uD83D\uDCBE".repeat(left / 4) + "x"));
        assertThat(left % 4).isEqualTo(1);
        assertThatThrownBy(() -> NEW.withDescription("x".repeat(left + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("15 + 194 bytes")
                .hasMessageContaining("208");
        assertThatThrownBy(() -> NEW.withDescription("\uD83D\uDCBE".repeat(left / 4) + "é"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("15 + 194 bytes");
    }

    @Test
    void textThatStorageCannotHoldIsRefused() {
        assertThatThrownBy(() -> NEW.withDescription("a\0b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NUL character at 1");
        assertThatThrownBy(() -> NEW.withDescription("half \uD83D"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "..",
                "../x",
                "a/../b",
                "a/..",
                ".",
                "./a",
                "a/.",
                "a//b",
                "a/",
                "a\0b",
                "a\uD83D"
            })
    void aFileNeverLeavesTheDomainsDirectory(String path) {
        assertThatThrownBy(() -> DataLocation.file(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("path ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "..a", "a..", "...", "a/b/c", " ", "a b/ü"})
    void anyOtherRelativePathIsAFile(String path) {
        assertThat(DataLocation.file(path).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "sda", "dev/sda", "//dev/sda", "/dev/../sda", "/dev/sda/"})
    void aDeviceHasOneAbsoluteSpelling(String path) {
        assertThatThrownBy(() -> DataLocation.device(path))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(DataLocation.device("/dev/vg/lv").kind()).isEqualTo(DataLocation.Kind.DEVICE);
    }

    @Test
    void timesAreKeptInWholeMilliseconds() throws Exception {
        ActiveJob job = new ActiveJob(Samples.job(1), 1, 1, T.plusNanos(999_999));
        assertThat(job.start()).isEqualTo(T);
        assertRoundTrip(NEW.started(job).completed(T.plusNanos(1)));
        assertThatThrownBy(() -> new ActiveJob(Samples.job(1), 1, 1, Instant.MAX))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("activeJob.start");
    }

    @Test
    void identifiersAreNeverZeroAndCapacityIsWholeSectors() {
        UUID zero = new UUID(0, 0);
        assertThatThrownBy(() -> new ActiveJob(zero, 1, 1, T))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NEW.withParentId(Optional.of(zero)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NEW.withParentId(Optional.of(Samples.VOLUME)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its own parent");
        assertThatThrownBy(() -> NEW.withCapacityBytes(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NEW.withCapacityBytes(-512))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NEW.withCapacityBytes(511))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capacityBytes is 511");
    }

    private static void assertRoundTrip(VolumeRecord record) throws Exception {
        assertThat(Samples.decode(Samples.bytes(record, 1)).value()).isEqualTo(record);
    }
}
