package io.tenure.io.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Checksums of contents whose pieces come in any order. */
final class ContentSumsTest {
    private static final int MIB = 1 << 20;

    @Test
    void thePublishedCheckValueComesOut() {
        byte[] content = "123456789".getBytes(StandardCharsets.US_ASCII);
        ContentSums sums = ContentSums.ofWhole(content.length);
        sums.add(0, ByteBuffer.wrap(content), content.length);
        assertThat(sums.checksum(content.length)).isEqualTo(0xE3069283); // RFC 3720, B.4
    }

    @Test
    void piecesInAnyOrderGiveTheChecksumOfTheWholeAndOfEachWindow() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int sizeBytes = 1 + random.nextInt(4 * MIB);
            int paddedBytes = sizeBytes + random.nextInt(3 * MIB);
            byte[] content = TestContent.mixed(sizeBytes, seed);
            ContentSums whole = ContentSums.ofWhole(paddedBytes);
            ContentSums windows = ContentSums.ofWindows(paddedBytes);

            addShuffled(content, random, whole, windows);

            int expected = crc(content, 0, sizeBytes);
            assertThat(whole.checksum(sizeBytes)).as("seed %d", seed).isEqualTo(expected);
            assertThat(windows.checksum(sizeBytes)).as("seed %d", seed).isEqualTo(expected);
            byte[] padded = Arrays.copyOf(content, paddedBytes);
            for (int i = 0; i < windows.windows(); i++) {
                int from = (int) windows.startBytes(i);
                int length = (int) (windows.endBytes(i) - from);
                assertThat(windows.checksumOfWindow(i)).isEqualTo(crc(padded, from, length));
            }
        }
    }

    @Test
    void zeroesNeedNotBeAdded() {
        CRC32C crc = new CRC32C();
        crc.update(new byte[3 * MIB + 5]);
        assertThat(ContentSums.ofWhole(8L * MIB).checksum(3 * MIB + 5))
                .isEqualTo((int) crc.getValue());
        assertThat(ContentSums.ofWhole(0).checksum(0)).isZero();
        assertThat(ContentSums.ofWindows(0).checksum(0)).isZero();
    }

    @Test
    void aVolumeOfAnySizeHasFewWindows() {
        for (int power = 0; power < 63; power++) {
            ContentSums sums = ContentSums.ofWindows((1L << power) + 3);
            int last = sums.windows() - 1;
            assertThat(sums.windows()).isBetween(1, 1 << 16);
            assertThat(sums.endBytes(last)).isEqualTo((1L << power) + 3);
            assertThat(sums.startBytes(last)).isLessThan(sums.endBytes(last));
        }
    }

    @Test
    void zeroBytesCanBeTakenAwayAgain() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            int raw = random.nextInt();
            long bytes = random.nextLong() >>> (1 + random.nextInt(62));
            assertThat(RawCrc.shift(RawCrc.shift(raw, bytes), -bytes)).isEqualTo(raw);
        }
    }

    @Test
    void anyChangedByteIsSeenInItsWindowAndNowhereElse() {
        byte[] content = TestContent.random(3 * MIB, 1);
        ContentSums before = ContentSums.ofWindows(content.length);
        before.add(0, ByteBuffer.wrap(content), content.length);
        content[MIB] ^= 1;
        ContentSums after = ContentSums.ofWindows(content.length);
        after.add(0, ByteBuffer.wrap(content), content.length);
        assertThat(before.agrees(0, after)).isTrue();
        assertThat(before.agrees(1, after)).isFalse();
        assertThat(before.agrees(2, after)).isTrue();
    }

    private static void addShuffled(byte[] content, Random random, ContentSums... all) {
        int[] cuts = random.ints(20, 0, content.length + 1).sorted().toArray();
        int[] starts = new int[cuts.length + 1];
        System.arraycopy(cuts, 0, starts, 1, cuts.length);
        int[] order = random.ints(0, starts.length).distinct().limit(starts.length).toArray();
        for (int i : order) {
            int end = i == cuts.length ? content.length : cuts[i];
            byte[] piece = Arrays.copyOfRange(content, starts[i], end);
            for (ContentSums sums : all) {
                sums.add(starts[i], ByteBuffer.wrap(piece), piece.length);
            }
        }
    }

    private static int crc(byte[] content, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, from, length);
        return (int) crc.getValue();
    }
}
