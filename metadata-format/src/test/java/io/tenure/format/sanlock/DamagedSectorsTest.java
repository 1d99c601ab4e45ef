package io.tenure.format.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Damage is told, never guessed away, and never another exception than the declared ones. */
final class DamagedSectorsTest {
    private static final int DBLOCK_CHECKSUM = 48;

    /** A decoder of one kind of sector. */
    @FunctionalInterface
    interface Decoder {
        Object decode(MemorySegment sector) throws IOException;
    }

    static Arguments[] sectors() {
        return new Arguments[] {
            arguments("host-live", LeaderSector.CHECKSUM + 4, s -> DeltaLeader.decode(1, s)),
            arguments("host-never-used", LeaderSector.CHECKSUM + 4, s -> DeltaLeader.decode(3, s)),
            arguments("lease-held", LeaderSector.CHECKSUM + 4, PaxosLeader::decode),
            arguments("lease-shared", LeaderSector.CHECKSUM + 4, PaxosLeader::decode),
            arguments("lease-cleared", LeaderSector.CHECKSUM + 4, PaxosLeader::decode),
            arguments("lease-4096-8m", LeaderSector.CHECKSUM + 4, PaxosLeader::decode),
            arguments("host-block-held", DBLOCK_CHECKSUM + 4, PaxosDblock::decode),
            arguments("host-block-released", DBLOCK_CHECKSUM + 4, PaxosDblock::decode),
            arguments("host-block-shared", 0, ModeBlock::decode),
            arguments("request-none", 6, RequestRecord::decode),
            arguments("request-force", 6, RequestRecord::decode),
            arguments("index", 0, DamagedSectorsTest::wholeIndex),
        };
    }

    @ParameterizedTest
    @MethodSource("sectors")
    void everyFlippedBitIsToldWhereAChecksumCoversIt(String name, int covered, Decoder decoder)
            throws Exception {
        byte[] golden = GoldenSectors.read(name);
        decoder.decode(MemorySegment.ofArray(golden));
        for (int bit = 0; bit < golden.length * Byte.SIZE; bit++) {
            byte[] flipped = golden.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            boolean refused = isRefused(decoder, flipped);
            // the minor version, in the request's bytes 4 and 5, may be any
            boolean mustBeRefused = bit / Byte.SIZE < (name.startsWith("request") ? 4 : covered);
            assertThat(refused || !mustBeRefused).as("bit %d", bit).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("sectors")
    void noiseAndTornSectorsGiveTheDeclaredExceptionsOnly(String name, int covered, Decoder decoder)
            throws Exception {
        Random random = new Random(name.hashCode() + covered);
        byte[] golden = GoldenSectors.read(name);
        for (int length = 0; length < golden.length; length++) {
            byte[] noise = golden.clone();
            byte[] tail = new byte[golden.length - length];
            random.nextBytes(tail);
            System.arraycopy(tail, 0, noise, length, tail.length);
            isRefused(decoder, noise);
            byte[] torn = new byte[golden.length];
            System.arraycopy(golden, 0, torn, 0, length);
            isRefused(decoder, torn);
        }
    }

    @Test
    void aSectorThatWasNeverWrittenIsDamageAndNotFree() {
        MemorySegment zeros = MemorySegment.ofArray(new byte[512]);
        Decoder[] decoders = {
            s -> DeltaLeader.decode(1, s),
            PaxosLeader::decode,
            RequestRecord::decode,
            ResourceIndexHeader::decode
        };
        for (Decoder decoder : decoders) {
            assertThatThrownBy(() -> decoder.decode(zeros))
                    .isExactlyInstanceOf(CorruptMetadataException.class)
                    .hasMessageContaining("all bytes are zero");
        }
    }

    @Test
    void aNewerMajorVersionIsUnsupportedAndAnyMinorOneIsRead() throws Exception {
        byte[] lease = GoldenSectors.read("lease-held");
        assertThatThrownBy(() -> PaxosLeader.decode(leaderWithVersion(lease, 0x0007_0001)))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("version 7");
        assertThatThrownBy(() -> PaxosLeader.decode(leaderWithVersion(lease, 0x0005_0004)))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("0x00050004");
        assertThat(PaxosLeader.decode(leaderWithVersion(lease, 0x0006_0003)).ownerId())
                .isEqualTo(1);
        assertThat(PaxosLeader.decode(leaderWithVersion(lease, 0x0006_ffff)).ownerId())
                .isEqualTo(1);
        byte[] host = GoldenSectors.read("host-live");
        assertThatThrownBy(() -> DeltaLeader.decode(1, leaderWithVersion(host, 0x0004_0000)))
                .isInstanceOf(UnsupportedFormatException.class);
        assertThatThrownBy(() -> RequestRecord.decode(withVersion("request-force", 0x0002_0000)))
                .isInstanceOf(UnsupportedFormatException.class);
        assertThatThrownBy(() -> ResourceIndexHeader.decode(withVersion("index", 0x0002_0000)))
                .isInstanceOf(UnsupportedFormatException.class);
    }

    @Test
    void anotherKindOfSectorIsRefusedByItsMagic() {
        assertThatThrownBy(() -> PaxosLeader.decode(GoldenSectors.segment("host-live")))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("magic is 0x12212010: must be 0x06152010");
        assertThatThrownBy(() -> DeltaLeader.decode(1, GoldenSectors.segment("lease-held")))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("magic");
    }

    @Test
    void theSectorOfAnotherHostIdIsRefused() {
        assertThatThrownBy(() -> DeltaLeader.decode(2, GoldenSectors.segment("host-live")))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("owner_id is 1: must be 0 or 2");
    }

    @Test
    void valuesThatSanlockNeverWritesAreToldWithTheirField() {
        assertRefused(LeaderSector.SECTOR_BYTES, 1024, "sector_size is 1024");
        assertRefused(LeaderSector.FLAGS, 0x80, "flags is 0x00000080");
        assertRefused(LeaderSector.FLAGS, 0x30, "flags is 0x00000030");
        assertRefused(LeaderSector.NUM_HOSTS, 2001, "num_hosts is 2001: must be from 1 to 2000");
        assertRefused(LeaderSector.MAX_HOSTS, 0, "max_hosts is 0");
        assertRefused(LeaderSector.OWNER_ID, 2001, "owner_id is 2001");
        byte[] lver =
                GoldenSectors.withU64(GoldenSectors.read("lease-held"), LeaderSector.LVER, -1);
        assertThatThrownBy(
                        () -> PaxosLeader.decode(GoldenSectors.sealed(lver, LeaderSector.CHECKSUM)))
                .hasMessageContaining("lver is 18446744073709551615: must be at most 2^63-1");
    }

    @Test
    void anIndexEntryOfAnotherPlaceOrWithoutANameIsDamage() throws Exception {
        byte[] index = GoldenSectors.read("index");
        ResourceIndexHeader header = ResourceIndexHeader.decode(MemorySegment.ofArray(index));
        MemorySegment second = MemorySegment.ofArray(index).asSlice(header.entryOffset(1));
        assertThatThrownBy(() -> ResourceIndexEntry.decode(header, 0, second))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("res_offset is 3145728: must be 2097152");
        byte[] nameless = new byte[ResourceIndexEntry.BYTES];
        nameless[2] = 0x20;
        assertThatThrownBy(
                        () -> ResourceIndexEntry.decode(header, 0, MemorySegment.ofArray(nameless)))
                .hasMessageContaining("name is empty");
    }

    private static void assertRefused(int offset, long value, String message) {
        byte[] bad = GoldenSectors.withU32(GoldenSectors.read("lease-held"), offset, value);
        assertThatThrownBy(
                        () -> PaxosLeader.decode(GoldenSectors.sealed(bad, LeaderSector.CHECKSUM)))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining(message);
    }

    private static MemorySegment leaderWithVersion(byte[] leader, long version) {
        return GoldenSectors.sealed(
                GoldenSectors.withU32(leader, LeaderSector.VERSION, version),
                LeaderSector.CHECKSUM);
    }

    private static MemorySegment withVersion(String name, long version) {
        return MemorySegment.ofArray(GoldenSectors.withU32(GoldenSectors.read(name), 4, version));
    }

    /** Anything but the declared exceptions fails the test. */
    private static boolean isRefused(Decoder decoder, byte[] sector) throws IOException {
        try {
            decoder.decode(MemorySegment.ofArray(sector));
            return false;
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            assertThat(e).hasMessageMatching("(?s).+ (is|has|are|not) .+");
            return true;
        }
    }

    private static Object wholeIndex(MemorySegment bytes) throws IOException {
        ResourceIndexHeader header = ResourceIndexHeader.decode(bytes);
        for (int i = 0; i < 4 && i < header.maxResources(); i++) {
            long offset = 512 + (long) i * ResourceIndexEntry.BYTES;
            ResourceIndexEntry.decode(header, i, bytes.asSlice(offset, ResourceIndexEntry.BYTES));
        }
        return header;
    }

    private static Arguments arguments(String name, int covered, Decoder decoder) {
        return Arguments.of(name, covered, decoder);
    }
}
