package io.tenure.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class LocalLeaseCodecTest {
    private static final byte[] GOLDEN = Samples.golden("local-lease.hex");
    private static final UUID SIGNATURE = UUID.fromString("5c3e9a10-7b42-4d6f-8e21-0f9d3b6a7c55");
    private static final LocalLeaseRecord HELD =
            new LocalLeaseRecord(
                    Samples.DOMAIN,
                    Samples.VOLUME,
                    0x0102030405060708L,
                    4242,
                    Samples.CREATED,
                    "copy für Zoë",
                    SIGNATURE);

    @Test
    void aLeaseHasExactlyTheDocumentedBytesAndZerosBehindThem() throws Exception {
        byte[] sector = new byte[4096];
        Arrays.fill(sector, (byte) 0xEE);
        LocalLeaseCodec.encode(HELD, MemorySegment.ofArray(sector));
        assertThat(sector).isEqualTo(Arrays.copyOf(GOLDEN, 4096));
        assertThat(decode(GOLDEN)).isEqualTo(HELD);
    }

    @Test
    void everyFlippedBitAndEveryTornPrefixIsDetected() {
        for (int bit = 0; bit < 512 * 8; bit++) {
            byte[] flipped = GOLDEN.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> decode(flipped))
                    .as("bit %d", bit)
                    .isExactlyInstanceOf(CorruptMetadataException.class);
        }
        byte[] next = new byte[512];
        LocalLeaseCodec.encode(
                HELD.granted(4243, Samples.CREATED, "zero", Samples.VOLUME),
                MemorySegment.ofArray(next));
        for (int length = 49; length < 512; length++) {
            byte[] torn = GOLDEN.clone();
            System.arraycopy(next, 0, torn, 0, length);
            assertThatThrownBy(() -> decode(torn))
                    .as("%d bytes", length)
                    .isExactlyInstanceOf(CorruptMetadataException.class);
        }
    }

    @Test
    void everyReservedByteMustBeZero() {
        for (int offset = 12; offset < 492; offset = offset == 15 ? 74 + 14 : offset + 1) {
            byte[] bad = Samples.resealed(GOLDEN, offset, (byte) 1);
            assertThatThrownBy(() -> decode(bad))
                    .isExactlyInstanceOf(CorruptMetadataException.class)
                    .hasMessageContaining("at byte " + offset);
        }
    }

    @Test
    void aZeroedSectorIsNotAFreeLeaseAndANewerVersionIsUnsupported() {
        assertThatThrownBy(() -> decode(new byte[512]))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("all bytes are zero");
        assertThatThrownBy(() -> decode(Samples.resealed(GOLDEN, 8, (byte) 2)))
                .isInstanceOf(UnsupportedFormatException.class);
    }

    @Test
    void theHoldersTextIsBounded() throws Exception {
        LocalLeaseRecord free =
                LocalLeaseRecord.free(Samples.DOMAIN, Samples.VOLUME, Samples.CREATED, SIGNATURE);
        LocalLeaseRecord full = free.granted(1, Samples.CREATED, "é".repeat(128), SIGNATURE);
        byte[] sector = new byte[512];
        LocalLeaseCodec.encode(full, MemorySegment.ofArray(sector));
        assertThat(decode(sector)).isEqualTo(full);
        assertThatThrownBy(() -> free.granted(1, Samples.CREATED, "é".repeat(128) + "x", SIGNATURE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("257");
        assertThatThrownBy(() -> decode(Samples.resealed(sector, 72, (byte) 1, (byte) 1)))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("holderLength is 257");
    }

    private static LocalLeaseRecord decode(byte[] bytes)
            throws CorruptMetadataException, UnsupportedFormatException {
        return LocalLeaseCodec.decode(MemorySegment.ofArray(bytes));
    }
}
