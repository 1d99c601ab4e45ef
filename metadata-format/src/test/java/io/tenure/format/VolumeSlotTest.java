package io.tenure.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VolumeSlotTest {
    private static final Instant T = Instant.parse("2026-02-03T04:05:06.789Z");
    private static final ActiveJob JOB = new ActiveJob(Samples.job(1), 17, 3, T);
    private static final VolumeRecord FIRST = Samples.newVolume();
    private static final VolumeRecord SECOND = FIRST.started(JOB);
    private static final VolumeRecord THIRD = SECOND.completed(T);
    private static final VolumeRecord FOURTH = THIRD.withDescription("the fourth");
    private static final int SLOT = FIRST.slotIndex();
    private static final byte[] ZERO = new byte[512];

    @Test
    void aSlotOfZerosIsEmptyAndItsFirstWriteGoesToCopyAWithSequenceOne() throws Exception {
        VolumeSlot slot = decode(ZERO, ZERO);
        assertThat(slot.isEmpty()).isTrue();
        assertThat(slot.isFree()).isTrue();
        assertThat(slot.record()).isEmpty();
        assertThat(slot.newestCopy()).isEmpty();
        assertThat(slot.writeSequence()).isZero();
        assertThat(slot.nextCopy()).isEqualTo(RecordCopy.A);
        assertThat(slot.nextCopyOffset()).isZero();
        assertThat(slot.nextSequence()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void writesAlternateAndNeverTouchTheNewestRecord(int sectorBytes) throws Exception {
        DomainLayout layout = sectorBytes == 512 ? Samples.LAYOUT_512 : Samples.LAYOUT_4096;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(8193, 8).asSlice(1);
            MemorySegment sector = arena.allocate(sectorBytes + 1, 8).asSlice(1);
            VolumeRecord record = FIRST;
            for (int write = 1; write <= 20; write++) {
                VolumeSlot before = VolumeSlot.decode(bytes, layout, SLOT, Samples.DOMAIN);
                assertThat(before.nextSequence()).isEqualTo(write);
                assertThat(before.nextCopyOffset()).isEqualTo(write % 2 == 1 ? 0 : 4096);
                sector.fill((byte) 0xEE);
                before.encodeNext(record, sector);
                MemorySegment.copy(sector, 0, bytes, before.nextCopyOffset(), sectorBytes);
                VolumeSlot after = VolumeSlot.decode(bytes, layout, SLOT, Samples.DOMAIN);
                assertThat(after.record()).contains(record);
                assertThat(after.writeSequence()).isEqualTo(write);
                assertThat(after.newestCopy()).contains(before.nextCopy());
                assertThat(after.nextCopy()).isEqualTo(before.nextCopy().other());
                assertThat(after.damagedCopy()).isEmpty();
                assertThat(after.isEmpty()).isFalse();
                record = write % 2 == 1 ? record.started(JOB) : record.completed(T);
            }
        }
    }

    @Test
    @Tag("ovirt-33")
    void everyTornWriteOverAnOlderRecordLeavesTheNewestOne() throws Exception {
        byte[] second = Samples.bytes(SECOND, 2);
        byte[] third = Samples.bytes(THIRD, 3);
        byte[] fourth = Samples.bytes(FOURTH, 4);
        for (int length = 1; length < 512; length++) {
            assertThatTornWriteLeaves(third, THIRD, prefix(fourth, second, length), fourth, FOURTH);
            assertThatTornWriteLeaves(third, THIRD, prefix(second, fourth, length), fourth, FOURTH);
        }
    }

    @Test
    @Tag("ovirt-33")
    void everyTornWriteIntoAnUnusedCopyLeavesTheNewestOne() throws Exception {
        byte[] first = Samples.bytes(FIRST, 1);
        byte[] second = Samples.bytes(SECOND, 2);
        for (int length = 1; length < 512; length++) {
            byte[] torn = prefix(second, ZERO, length);
            VolumeSlot slot = decode(first, torn);
            boolean complete = Arrays.equals(torn, second);
            assertThat(slot.record()).contains(complete ? SECOND : FIRST);
            assertThat(slot.damagedCopy().isPresent()).isEqualTo(!complete);
        }
    }

    @Test
    @Tag("ovirt-33")
    void everyTornFirstWriteIsReportedAsCorruption() throws Exception {
        byte[] first = Samples.bytes(FIRST, 1);
        for (int length = 1; length < 512; length++) {
            byte[] torn = prefix(first, ZERO, length);
            if (Arrays.equals(torn, first)) {
                assertThat(decode(torn, ZERO).record()).contains(FIRST);
            } else {
                assertThatThrownBy(() -> decode(torn, ZERO))
                        .as("%d bytes", length)
                        .isExactlyInstanceOf(CorruptMetadataException.class)
                        .hasMessageContaining("no valid copy");
            }
        }
    }

    @Test
    void everyFlippedBitOfTheNewestCopyGivesTheOlderRecordAndIsReported() throws Exception {
        byte[] second = Samples.bytes(SECOND, 2);
        byte[] third = Samples.bytes(THIRD, 3);
        for (int bit = 0; bit < 512 * 8; bit++) {
            byte[] flipped = third.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            VolumeSlot slot = decode(flipped, second);
            assertThat(slot.record()).as("bit %d", bit).contains(SECOND);
            assertThat(slot.damagedCopy()).map(DamagedCopy::copy).contains(RecordCopy.A);
            assertThat(slot.nextCopy()).isEqualTo(RecordCopy.A);
            assertThat(slot.nextSequence()).isEqualTo(3);
        }
    }

    @Test
    void aDamagedCopyIsRepairedByTheNextWrite() throws Exception {
        byte[] torn = prefix(Samples.bytes(THIRD, 3), Samples.bytes(FIRST, 1), 100);
        byte[] second = Samples.bytes(SECOND, 2);
        byte[] sector = new byte[512];
        decode(torn, second).encodeNext(THIRD, MemorySegment.ofArray(sector));
        VolumeSlot repaired = decode(sector, second);
        assertThat(repaired.record()).contains(THIRD);
        assertThat(repaired.damagedCopy()).isEmpty();
    }

    @Test
    void aCopyThatIsMissingOrOlderThanItMustBeIsReported() throws Exception {
        byte[] fourth = Samples.bytes(FOURTH, 4);
        assertThat(decode(ZERO, fourth).damagedCopy())
                .contains(new DamagedCopy(RecordCopy.A, "all bytes are zero"));
        assertThat(decode(Samples.bytes(FIRST, 1), fourth).damagedCopy())
                .contains(new DamagedCopy(RecordCopy.A, "writeSequence is 1: must be 3"));
        assertThat(decode(Samples.bytes(THIRD, 3), fourth).damagedCopy()).isEmpty();
        byte[] foreign = new byte[512];
        Arrays.fill(foreign, (byte) 0x41);
        assertThat(decode(foreign, fourth).damagedCopy().orElseThrow().problem())
                .contains("magic is 4141414141414141");
    }

    @Test
    void twoCopiesWithOneSequenceAreRefused() {
        assertThatThrownBy(() -> decode(Samples.bytes(FIRST, 1), Samples.bytes(SECOND, 1)))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("writeSequence is 1 in both copies");
    }

    @Test
    void twoBrokenCopiesAreCorruptAndBothReasonsAreTold() {
        byte[] broken = Samples.bytes(FIRST, 1);
        broken[400] = 1;
        assertThatThrownBy(() -> decode(ZERO, broken))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("volume slot 3")
                .hasMessageContaining("copy A: all bytes are zero")
                .hasMessageContaining("copy B: crc is b051232d");
    }

    @Test
    void aRecordOfAnotherSlotOrDomainIsRefusedAndTheOtherCopyIsNotBelievedInstead() {
        MemorySegment slot = Samples.slot(Samples.bytes(THIRD, 3), Samples.bytes(SECOND, 2));
        assertThatThrownBy(
                        () -> VolumeSlot.decode(slot, Samples.LAYOUT_512, SLOT + 1, Samples.DOMAIN))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("slotIndex is 3: must be 4");
        assertThatThrownBy(() -> VolumeSlot.decode(slot, Samples.LAYOUT_512, SLOT, Samples.VOLUME))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("domainId is " + Samples.DOMAIN);
        byte[] stray = Samples.bytes(Samples.working(), 4);
        assertThatThrownBy(() -> decode(Samples.bytes(THIRD, 3), stray))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("copy B: slotIndex is 2828: must be 3");
    }

    @Test
    void aNewerVersionInEitherCopyIsRefusedNotPassedOver() {
        byte[] newer = Samples.resealed(Samples.bytes(THIRD, 3), 8, (byte) 4);
        byte[] second = Samples.bytes(SECOND, 2);
        assertThatThrownBy(() -> decode(newer, second))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("volume slot 3 copy A");
        assertThatThrownBy(() -> decode(second, newer))
                .isInstanceOf(UnsupportedFormatException.class);
        assertThatThrownBy(() -> decode(ZERO, newer))
                .isInstanceOf(UnsupportedFormatException.class);
    }

    @Test
    void theRestOfTheCopysSectorMustBeZero() throws Exception {
        MemorySegment slot = Samples.slot(Samples.bytes(FIRST, 1), ZERO);
        slot.set(ValueLayout.JAVA_BYTE, 4095, (byte) 7);
        assertThat(VolumeSlot.decode(slot, Samples.LAYOUT_512, SLOT, Samples.DOMAIN).damagedCopy())
                .isEmpty();
        assertThatThrownBy(() -> VolumeSlot.decode(slot, Samples.LAYOUT_4096, SLOT, Samples.DOMAIN))
                .isExactlyInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("0x07 at byte 4095");
        MemorySegment almostEmpty = Samples.slot(ZERO, ZERO);
        almostEmpty.set(ValueLayout.JAVA_BYTE, 8191, (byte) 7);
        assertThatThrownBy(() ->
                        VolumeSlot.decode(almostEmpty, Samples.LAYOUT_4096, SLOT, Samples.DOMAIN))
                .isExactlyInstanceOf(CorruptMetadataException.class);
    }

    @Test
    void slotsAreEmptyTogetherOnlyWithoutASingleByte() {
        MemorySegment slots = MemorySegment.ofArray(new byte[3 * 8192]);
        assertThat(VolumeSlot.areEmpty(slots)).isTrue();
        for (long at : new long[] {0, 8191, 8192, 2 * 8192 + 513, 3 * 8192 - 1}) {
            slots.set(ValueLayout.JAVA_BYTE, at, (byte) 1);
            assertThat(VolumeSlot.areEmpty(slots)).as("a byte at %d", at).isFalse();
            slots.set(ValueLayout.JAVA_BYTE, at, (byte) 0);
        }
    }

    @Test
    void aTombstonesSlotIsFreeForAnotherVolumeButNotForTheSameId() throws Exception {
        VolumeRecord removed = THIRD.started(JOB).removed(T);
        VolumeSlot slot = decode(Samples.bytes(removed, 5), Samples.bytes(SECOND, 4));
        assertThat(slot.isFree()).isTrue();
        assertThat(slot.isEmpty()).isFalse();
        VolumeRecord other = volume(SLOT, Samples.DOMAIN, Samples.PARENT);
        byte[] sector = new byte[512];
        slot.encodeNext(other, MemorySegment.ofArray(sector));
        assertThat(decode(Samples.bytes(removed, 5), sector).record()).contains(other);
        assertThatThrownBy(() -> slot.encodeNext(FIRST, MemorySegment.ofArray(sector)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its id is not used again");
    }

    @Test
    void aRecordThatDoesNotBelongIsRefusedBeforeTheSectorIsTouched() throws Exception {
        VolumeSlot slot = decode(Samples.bytes(THIRD, 3), Samples.bytes(SECOND, 2));
        byte[] sector = new byte[512];
        for (VolumeRecord wrong :
                new VolumeRecord[] {
                    volume(SLOT + 1, Samples.DOMAIN, Samples.VOLUME),
                    volume(SLOT, Samples.PARENT, Samples.VOLUME),
                    volume(SLOT, Samples.DOMAIN, Samples.PARENT),
                    SECOND
                }) {
            assertThatThrownBy(() -> slot.encodeNext(wrong, MemorySegment.ofArray(sector)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("volume slot 3: ");
        }
        assertThatThrownBy(() -> slot.encodeNext(FOURTH, MemorySegment.ofArray(new byte[4096])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(sector).containsOnly(0);
    }

    @Test
    void theWriteSequenceNeverWraps() throws Exception {
        VolumeSlot slot = decode(Samples.bytes(FIRST, Long.MAX_VALUE), ZERO);
        assertThatThrownBy(slot::nextSequence).isInstanceOf(IllegalStateException.class);
        byte[] sector = new byte[512];
        assertThatThrownBy(() -> slot.encodeNext(SECOND, MemorySegment.ofArray(sector)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(sector).containsOnly(0);
    }

    @Test
    void onlyVolumeSlotsOfTheLayoutAreDecoded() {
        MemorySegment slot = Samples.slot(ZERO, ZERO);
        for (int index : new int[] {-1, 0, 4001}) {
            assertThatThrownBy(() ->
                            VolumeSlot.decode(slot, Samples.LAYOUT_512, index, Samples.DOMAIN))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("slotIndex is " + index);
        }
        assertThatThrownBy(() ->
                        VolumeSlot.decode(
                                slot.asSlice(0, 8191), Samples.LAYOUT_512, SLOT, Samples.DOMAIN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Whatever the torn copy B is, the slot reads as one of the two whole records. */
    private static void assertThatTornWriteLeaves(
            byte[] newest, VolumeRecord expected, byte[] torn, byte[] written, VolumeRecord next)
            throws Exception {
        VolumeSlot slot = decode(newest, torn);
        Optional<VolumeRecord> read = slot.record();
        assertThat(read).contains(Arrays.equals(torn, written) ? next : expected);
    }

    private static byte[] prefix(byte[] front, byte[] back, int length) {
        byte[] mixed = back.clone();
        System.arraycopy(front, 0, mixed, 0, length);
        return mixed;
    }

    private static VolumeRecord volume(int slotIndex, UUID domainId, UUID volumeId) {
        return VolumeRecord.newVolume(
                slotIndex,
                domainId,
                volumeId,
                Samples.IMAGE,
                512,
                Allocation.PREALLOCATED,
                DataLocation.device("/dev/vg/lv"),
                T);
    }

    private static VolumeSlot decode(byte[] copyA, byte[] copyB)
            throws CorruptMetadataException, UnsupportedFormatException {
        return VolumeSlot.decode(
                Samples.slot(copyA, copyB), Samples.LAYOUT_512, SLOT, Samples.DOMAIN);
    }
}
