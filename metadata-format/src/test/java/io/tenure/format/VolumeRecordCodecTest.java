package io.tenure.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class VolumeRecordCodecTest {
    private static final byte[] WORKING = Samples.golden("volume-working.hex");
    private static final byte[] REMOVED = Samples.golden("volume-removed.hex");

    @Test
    void everyValidRecordIsReadAsItWasWritten() throws Exception {
        long seed = System.nanoTime();
        RandomRecords random = new RandomRecords(seed);
        for (int i = 0; i < 5_000; i++) {
            VolumeRecord record = random.next(1 + i);
            assertThat(Samples.decode(Samples.bytes(record, 1 + i)))
                    .as("seed %d, record %d", seed, i)
                    .isEqualTo(new Sequenced<>(record, 1 + i));
        }
    }

    @Test
    @Tag("ovirt-7")
    @Tag("ovirt-33")
    void everyFlippedBitIsDetected() {
        for (int bit = 0; bit < WORKING.length * 8; bit++) {
            byte[] bytes = WORKING.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> Samples.decode(bytes))
                    .as("bit %d", bit)
                    .isExactlyInstanceOf(CorruptMetadataException.class);
        }
    }

    @Test
    void everyReservedByteMustBeZero() {
        int stringsEnd = 300 + 18 + 19;
        IntStream reserved =
                Stream.of(
                                IntStream.range(108, 112),
                                IntStream.of(197, 237, 277),
                                IntStream.range(280, 296),
                                IntStream.range(stringsEnd, 508))
                        .flatMapToInt(area -> area);
        reserved.forEach(offset ->
                assertThatThrownBy(() ->
                                Samples.decode(Samples.resealed(WORKING, offset, (byte) 0x80)))
                        .as("byte %d", offset)
                        .isExactlyInstanceOf(CorruptMetadataException.class)
                        .hasMessageContaining("0x80 at byte " + offset));
    }

    static Arguments[] violations() {
        byte[] none = new byte[16];
        return new Arguments[] {
            of(WORKING, "slotIndex is 0:", 12, Samples.le32(0)),
            of(WORKING, "slotIndex is 1000001:", 12, Samples.le32(1_000_001)),
            of(WORKING, "slotIndex is 4294967295:", 12, Samples.le32(-1)),
            of(WORKING, "writeSequence is 0:", 16, Samples.le64(0)),
            of(WORKING, "writeSequence is 9223372036854775808:", 16, Samples.le64(1L << 63)),
            of(WORKING, "domainId is 00000000-", 24, none),
            of(WORKING, "volumeId is 00000000-", 40, none),
            of(WORKING, "imageId is 00000000-", 56, none),
            of(WORKING, "parentId is 7010f00d-", 72, Arrays.copyOfRange(WORKING, 40, 56)),
            of(WORKING, "capacityBytes is 0:", 88, Samples.le64(0)),
            of(WORKING, "capacityBytes is 1000:", 88, Samples.le64(1000)),
            of(WORKING, "capacityBytes is 9223372036854775808:", 88, Samples.le64(1L << 63)),
            of(WORKING, "generation is 18446744073709551615:", 96, Samples.le64(-1)),
            of(WORKING, "format is 0:", 104, (byte) 0),
            of(WORKING, "format is 2:", 104, (byte) 2),
            of(WORKING, "allocation is 3:", 105, (byte) 3),
            of(WORKING, "legality is 4:", 106, (byte) 4),
            of(WORKING, "legality is REMOVED with active job", 106, (byte) 3),
            of(WORKING, "locationKind is 255:", 107, (byte) 255),
            of(WORKING, "activeJob.jobId is 00000000-", 120, none),
            of(WORKING, "activeJob.hostId is 4294967296:", 136, Samples.le64(1L << 32)),
            of(
                    WORKING,
                    "activeJob.hostGeneration is 9223372036854775808:",
                    144,
                    Samples.le64(1L << 63)),
            of(
                    WORKING,
                    "leads to generation 72623859790382855: must lead to 72623859790382856",
                    160,
                    Samples.le64(0x0102030405060707L)),
            of(
                    WORKING,
                    "transition.fromGeneration is 9223372036854775808:",
                    160,
                    Samples.le64(1L << 63)),
            of(WORKING, "transition.jobId is 00000000-", 216, none),
            of(WORKING, "transition.kind is 5:", 236, (byte) 5),
            of(WORKING, "transition.failureCode of COMPLETED is 23813:", 196, (byte) 1),
            of(WORKING, "transition.failureCode of FAILED is 0:", 236, (byte) 2),
            of(WORKING, "unused transition 0", 196, (byte) 0),
            of(WORKING, "unused transition 1", 200, new byte[40]),
            of(REMOVED, "unused transition 2", 276 - 4, (byte) 1),
            of(WORKING, "pathLength is 0:", 296, (byte) 0),
            of(WORKING, "pathLength is 209:", 296, (byte) 209),
            of(WORKING, "pathLength is 65298:", 297, (byte) 255),
            of(WORKING, "descriptionLength is 191:", 298, (byte) 191),
            of(WORKING, "descriptionLength is 65299:", 299, (byte) 255),
            of(WORKING, "path has a NUL character at 6", 306, (byte) 0),
            of(WORKING, "description has a NUL character at 0", 318, (byte) 0),
            of(WORKING, "path is not valid UTF-8", 310, (byte) 0xC3),
            of(WORKING, "path is not valid UTF-8", 296, (byte) 10, (byte) 0, (byte) 27),
            of(WORKING, "description is not valid UTF-8", 318, (byte) 0xFF),
            of(WORKING, "must be relative for a FILE", 300, (byte) '/'),
            of(WORKING, "must not have a name that is \"..\"", 300, text("../../")),
            of(WORKING, "must not have a name that is \".\"", 300, text("imag/./")),
            of(WORKING, "must not have a name that is \"\"", 300, text("image//")),
            of(WORKING, "must not have a name that is \"\"", 317, text("/")),
            of(REMOVED, "must be absolute for a DEVICE", 300, text("dd")),
            of(REMOVED, "must not have a name that is \"..\"", 300, text("/../")),
        };
    }

    private static Arguments of(byte[] original, String message, int offset, byte... bytes) {
        return Arguments.of(message, Samples.resealed(original, offset, bytes));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest(name = "{0}")
    @Tag("ovirt-7")
    @MethodSource("violations")
    void aValueThatMustNotBeIsRefusedThoughTheChecksumHolds(String message, byte[] bytes) {
        assertThatThrownBy(() -> Samples.decode(bytes))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageStartingWith("record: ")
                .hasMessageContaining(message);
    }

    @Test
    void aWholeRecordOfANewerVersionIsUnsupportedWhateverElseItHolds() {
        byte[] newer = new byte[512];
        Arrays.fill(newer, (byte) 0xA5);
        System.arraycopy(WORKING, 0, newer, 0, 8);
        byte[] sealed = Samples.resealed(newer, 8, Samples.le32(4));
        assertThatThrownBy(() -> Samples.decode(sealed))
                .isInstanceOfSatisfying(
                        UnsupportedFormatException.class,
                        e -> {
                            assertThat(e.foundVersion()).isEqualTo(4);
                            assertThat(e.supportedVersion()).isEqualTo(3);
                        })
                .hasMessageContaining("format version 4")
                .hasMessageContaining("newer release");
    }

    @Test
    void aRecordOutOfQuarantineIsVersion1AndOneInQuarantineVersion2() throws Exception {
        VolumeRecord quarantined =
                Samples.newVolume().withQuarantine(Optional.of(new Quarantine(2000, 7)));
        VolumeRecord released =
                quarantined.released(Samples.job(1), 3, "seen off by größe", Samples.CREATED);
        VolumeRecord worn = released;
        for (int i = 0; i < VolumeState.MAX_TRANSITIONS; i++) {
            worn = worn.fenced(Samples.job(2), 3, Samples.CREATED);
        }
        assertThat(worn.state().releaseReason()).isEmpty();
        for (VolumeRecord record : List.of(quarantined, released, worn)) {
            byte[] bytes = encoded(record);
            assertThat(bytes[8]).isEqualTo((byte) (record.equals(worn) ? 1 : 2));
            assertThat(Samples.decode(bytes).value()).isEqualTo(record);
        }
    }

    @Test
    void aFenceIsVersion3IfItKeepsHowTheJobHadEndedAndVersion1IfThatHadNotBegun() throws Exception {
        VolumeRecord plain = Samples.newVolume().fenced(Samples.job(1), 3, Samples.CREATED);
        assertThat(encoded(plain)[8]).isEqualTo((byte) 1);
        VolumeRecord telling =
                Samples.newVolume()
                        .started(new ActiveJob(Samples.job(1), 1, 1, Samples.CREATED))
                        .failed(137, Samples.CREATED)
                        .fenced(Samples.job(1), 3, Samples.CREATED);
        assertThat(encoded(telling)[8]).isEqualTo((byte) 3);
        assertThat(Samples.decode(encoded(telling)).value()).isEqualTo(telling);
        byte[] older = Samples.resealed(encoded(telling), 8, Samples.le32(2));
        assertThatThrownBy(() -> Samples.decode(older))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("version is 2: must be from 3 to 3");
        byte[] newer = Samples.resealed(encoded(plain), 8, Samples.le32(3));
        assertThatThrownBy(() -> Samples.decode(newer))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("version is 3: must be from 1 to 1");
    }

    @Test
    void version2IsOnlyForWhatVersion1CannotSay() {
        byte[] plain = Samples.resealed(WORKING, 8, Samples.le32(2));
        assertThatThrownBy(() -> Samples.decode(plain))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("version is 2: must be from 1 to 1");
        byte[] both =
                Samples.resealed(
                        Samples.resealed(WORKING, 8, Samples.le32(2)), 280, Samples.le64(1));
        assertThatThrownBy(() -> Samples.decode(both))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("nothing works on a volume in quarantine");
    }

    private static byte[] encoded(VolumeRecord record) {
        byte[] bytes = new byte[512];
        VolumeRecordCodec.encode(record, 1).sealInto(MemorySegment.ofArray(bytes), 0);
        return bytes;
    }

    @Test
    void theVersionOfATornRecordIsNotBelieved() {
        byte[] torn = WORKING.clone();
        torn[8] = 2;
        assertThatThrownBy(() -> Samples.decode(torn))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("crc is 8c5a8a19");
    }

    @Test
    void versionZeroAndForeignMagicAreCorrupt() {
        assertThatThrownBy(() -> Samples.decode(Samples.resealed(WORKING, 8, (byte) 0)))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("version is 0");
        assertThatThrownBy(() -> Samples.decode(Samples.golden("superblock.hex")))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("magic is 54454e5552444f4d");
    }
}
