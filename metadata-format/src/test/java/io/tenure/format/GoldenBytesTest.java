package io.tenure.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes on storage are those of the document, whatever the code does on both its sides. */
final class GoldenBytesTest {
    static Arguments[] volumes() {
        return new Arguments[] {
            Arguments.of("volume-new.hex", Samples.newVolume(), 1L),
            Arguments.of("volume-working.hex", Samples.working(), 0x1112131415161718L),
            Arguments.of("volume-removed.hex", Samples.removed(), Long.MAX_VALUE),
            Arguments.of("volume-quarantined.hex", Samples.quarantined(), 4L),
            Arguments.of("volume-released.hex", Samples.released(), 5L),
            Arguments.of("volume-fenced.hex", Samples.fenced(), 6L),
        };
    }

    @ParameterizedTest
    @MethodSource("volumes")
    void aVolumeRecordHasExactlyTheDocumentedBytes(
            String file, VolumeRecord record, long writeSequence) {
        assertThat(Samples.bytes(record, writeSequence)).isEqualTo(Samples.golden(file));
    }

    @ParameterizedTest
    @MethodSource("volumes")
    void theDocumentedBytesAreReadAsTheRecord(String file, VolumeRecord record, long writeSequence)
            throws Exception {
        assertThat(Samples.decode(Samples.golden(file)))
                .isEqualTo(new Sequenced<>(record, writeSequence));
    }

    @Test
    void aSuperblockHasExactlyTheDocumentedBytesAndZerosBehindThem() {
        byte[] sector = new byte[4096];
        Arrays.fill(sector, (byte) 0xEE);
        SuperblockCodec.encode(Samples.superblock(), 1, MemorySegment.ofArray(sector));
        assertThat(sector).isEqualTo(Arrays.copyOf(Samples.golden("superblock.hex"), 4096));
    }

    @Test
    void theDocumentedBytesAreReadAsTheSuperblockFromAnySegmentAtAnyAlignment() throws Exception {
        byte[] golden = Samples.golden("superblock.hex");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment odd = arena.allocate(513, 8).asSlice(1);
            MemorySegment.copy(golden, 0, odd, ValueLayout.JAVA_BYTE, 0, 512);
            MemorySegment ofLongs = MemorySegment.ofArray(new long[64]);
            MemorySegment.copy(golden, 0, ofLongs, ValueLayout.JAVA_BYTE, 0, 512);
            assertThat(SuperblockPair.decode(odd, ofLongs).superblock())
                    .isEqualTo(Samples.superblock());
        }
    }
}
