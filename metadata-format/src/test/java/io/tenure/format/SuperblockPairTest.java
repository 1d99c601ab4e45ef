package io.tenure.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SuperblockPairTest {
    private static final Superblock SAMPLE = Samples.superblock();
    private static final byte[] GOLDEN = Samples.golden("superblock.hex");
    private static final byte[] ZERO = new byte[512];

    @Test
    void everyValidSuperblockIsReadAsItWasWritten() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            boolean large = random.nextBoolean();
            LeaseKind kind = random.nextBoolean() ? LeaseKind.LOCAL : LeaseKind.SANLOCK;
            Superblock superblock =
                    new Superblock(
                            new UUID(random.nextLong(), random.nextLong() | 1),
                            new DomainLayout(
                                    large ? 4096 : 512,
                                    1 << (20 + (large ? random.nextInt(4) : 0)),
                                    1 + random.nextInt(DomainLayout.MAX_VOLUMES)),
                            kind,
                            kind == LeaseKind.LOCAL ? 0 : 1 + random.nextInt(65_535),
                            Instant.ofEpochMilli(random.nextLong()));
            long sequence = 1 + (random.nextLong() >>> 2);
            byte[] copy = encoded(superblock, sequence);
            SuperblockPair pair = decode(copy, copy);
            assertThat(pair.superblock()).as("seed %d, %d", seed, i).isEqualTo(superblock);
            assertThat(pair.writeSequence()).isEqualTo(sequence);
            assertThat(pair.damagedCopy()).isEmpty();
        }
    }

    @Test
    void everyFlippedBitIsDetectedAndTheOtherCopyCounts() throws Exception {
        for (int bit = 0; bit < GOLDEN.length * 8; bit++) {
            byte[] flipped = GOLDEN.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            SuperblockPair first = decode(flipped, GOLDEN);
            assertThat(first.superblock()).isEqualTo(SAMPLE);
            assertThat(first.damagedCopy()).map(DamagedCopy::copy).contains(RecordCopy.A);
            SuperblockPair second = decode(GOLDEN, flipped);
            assertThat(second.damagedCopy()).map(DamagedCopy::copy).contains(RecordCopy.B);
            assertThatThrownBy(() -> decode(flipped, ZERO))
                    .as("bit %d", bit)
                    .isInstanceOf(CorruptMetadataException.class);
        }
    }

    @Test
    void everyTornPrefixIsDetected() throws Exception {
        byte[] newer = encoded(withTimeout(20), 2);
        for (int length = 1; length < 512; length++) {
            for (byte[] before : new byte[][] {GOLDEN, ZERO}) {
                byte[] torn = before.clone();
                System.arraycopy(newer, 0, torn, 0, length);
                Superblock read = decode(torn, GOLDEN).superblock();
                assertThat(read)
                        .as("%d bytes", length)
                        .isEqualTo(Arrays.equals(torn, newer) ? withTimeout(20) : SAMPLE);
            }
        }
    }

    @Test
    void theHigherWriteSequenceCountsAndTheOtherCopyIsReportedAsBehind() throws Exception {
        byte[] newer = encoded(withTimeout(20), 2);
        SuperblockPair pair = decode(GOLDEN, newer);
        assertThat(pair.superblock().ioTimeoutSeconds()).isEqualTo(20);
        assertThat(pair.newest()).isEqualTo(RecordCopy.B);
        assertThat(pair.damagedCopy())
                .contains(
                        new DamagedCopy(RecordCopy.A, "writeSequence is 1, the other copy's is 2"));
        assertThat(decode(newer, GOLDEN).newest()).isEqualTo(RecordCopy.A);
    }

    @Test
    void twoCopiesThatDoNotBelongTogetherAreRefused() {
        assertThatThrownBy(() -> decode(GOLDEN, encoded(withTimeout(20), 1)))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("writeSequence is 1 in both copies");
        Superblock other =
                new Superblock(
                        Samples.VOLUME, SAMPLE.layout(), SAMPLE.leaseKind(), 10, SAMPLE.created());
        assertThatThrownBy(() -> decode(GOLDEN, encoded(other, 9)))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("domainId is " + Samples.DOMAIN);
    }

    @Test
    void aDeviceWithoutAnyMagicIsNotADomain() {
        byte[] foreign = "QFI\u00fb something else".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> decode(ZERO, ZERO))
                .isInstanceOf(NotTenureDomainException.class)
                .hasMessageContaining("copy A: all bytes are zero")
                .hasMessageContaining("copy B: all bytes are zero");
        assertThatThrownBy(() -> decode(Arrays.copyOf(foreign, 512), ZERO))
                .isInstanceOf(NotTenureDomainException.class)
                .hasMessageContaining("magic is 514649fb20736f6d");
    }

    @Test
    void twoBrokenCopiesAreCorruptAndBothReasonsAreTold() {
        byte[] broken = GOLDEN.clone();
        broken[300] = 1;
        assertThatThrownBy(() -> decode(broken, ZERO))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("copy A: crc is 938808bb")
                .hasMessageContaining("copy B: all bytes are zero");
    }

    @Test
    void aNewerVersionIsRefusedEvenIfTheOtherCopyCouldBeRead() {
        byte[] future = new byte[512];
        Arrays.fill(future, (byte) 0xA5);
        System.arraycopy(GOLDEN, 0, future, 0, 8);
        byte[] sealed = Samples.resealed(future, 8, Samples.le32(0xFFFF_FFFFL));
        for (byte[][] copies :
                new byte[][][] {{sealed, GOLDEN}, {GOLDEN, sealed}, {sealed, sealed}}) {
            assertThatThrownBy(() -> decode(copies[0], copies[1]))
                    .isInstanceOf(UnsupportedFormatException.class)
                    .hasMessageContaining("4294967295");
        }
    }

    static Arguments[] violations() {
        return new Arguments[] {
            Arguments.of("sectorBytes is 1024", 12, Samples.le32(1024)),
            Arguments.of("sectorBytes is 4294967295", 12, Samples.le32(-1)),
            Arguments.of("leaseAlignBytes is 16777216", 16, Samples.le32(16 << 20)),
            Arguments.of("maxVolumes is 0", 20, Samples.le32(0)),
            Arguments.of("maxVolumes is 1000001", 20, Samples.le32(1_000_001)),
            Arguments.of("leaseKind is 3", 24, Samples.le32(3)),
            Arguments.of("leaseKind is 0", 24, Samples.le32(0)),
            Arguments.of("ioTimeoutSeconds of SANLOCK is 0", 28, Samples.le32(0)),
            Arguments.of("ioTimeoutSeconds of SANLOCK is 65536", 28, Samples.le32(65_536)),
            Arguments.of("domainId is 00000000-", 32, new byte[16]),
            Arguments.of("writeSequence is 0", 56, Samples.le64(0)),
            Arguments.of("writeSequence is 9223372036854775808", 56, Samples.le64(1L << 63)),
            Arguments.of("version is 0", 8, Samples.le32(0)),
            Arguments.of(
                    "magic is 54454e5552564f4c", 0, "TENURVOL".getBytes(StandardCharsets.US_ASCII)),
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void aValueThatMustNotBeIsRefusedThoughTheChecksumHolds(
            String message, int offset, byte[] bytes) {
        byte[] bad = Samples.resealed(GOLDEN, offset, bytes);
        assertThatThrownBy(() -> decode(GOLDEN, bad))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageStartingWith("superblock copy B: ")
                .hasMessageContaining(message);
    }

    @Test
    void everyReservedByteMustBeZeroToTheEndOfTheSector() {
        for (int offset = 64; offset < 508; offset++) {
            byte[] bad = Samples.resealed(GOLDEN, offset, (byte) 1);
            assertThatThrownBy(() -> decode(GOLDEN, bad))
                    .isExactlyInstanceOf(CorruptMetadataException.class)
                    .hasMessageContaining("0x01 at byte " + offset);
        }
        byte[] sector = Arrays.copyOf(GOLDEN, 4096);
        sector[4095] = 1;
        assertThatThrownBy(() -> decode(sector, GOLDEN))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("byte 4095");
    }

    @Test
    void whatLiesBehindTheSectorIsNotTheSuperblocks() throws Exception {
        byte[] more = Arrays.copyOf(GOLDEN, 8192);
        more[4096] = 1;
        assertThat(decode(more, GOLDEN).damagedCopy()).isEmpty();
    }

    @Test
    void aSectorOfAnotherSizeIsRefusedBeforeItIsTouched() {
        byte[] sector = new byte[512];
        assertThatThrownBy(() -> SuperblockCodec.encode(SAMPLE, 1, MemorySegment.ofArray(sector)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sector.byteSize is 512");
        byte[] large = new byte[4096];
        assertThatThrownBy(() -> SuperblockCodec.encode(SAMPLE, 0, MemorySegment.ofArray(large)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writeSequence is 0");
        assertThat(sector).containsOnly(0);
        assertThat(large).containsOnly(0);
        assertThatThrownBy(() -> decode(new byte[511], GOLDEN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Superblock withTimeout(int seconds) {
        return new Superblock(
                SAMPLE.domainId(), SAMPLE.layout(), SAMPLE.leaseKind(), seconds, SAMPLE.created());
    }

    private static byte[] encoded(Superblock superblock, long sequence) {
        byte[] sector = new byte[superblock.layout().sectorBytes()];
        SuperblockCodec.encode(superblock, sequence, MemorySegment.ofArray(sector));
        return Arrays.copyOf(sector, 512);
    }

    private static SuperblockPair decode(byte[] a, byte[] b)
            throws CorruptMetadataException, UnsupportedFormatException {
        return SuperblockPair.decode(MemorySegment.ofArray(a), MemorySegment.ofArray(b));
    }
}
