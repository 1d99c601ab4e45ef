package io.tenure.format;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.UUID;

/**
 * A volume's metadata slot as its two copies tell it, and where the next write goes.
 *
 * <p>Either empty (both copies are zero: the slot was never used) or with a record: the valid copy
 * with the higher write sequence. The next write always goes to the other copy, so it can never
 * damage the newest valid record. A record is written twice, one copy after the other, see {@link
 * #afterNext}; after that, or an attempt, the slot must be read and decoded again.
 *
 * <p>A write that was cut off fails its checksum, and the other copy counts. A copy whose checksum
 * holds was written so on purpose: if it has a value that must not be, a newer version, or belongs
 * elsewhere, the whole slot is refused, because the copy that is left may be older than what was
 * committed.
 */
public final class VolumeSlot {
    private final DomainLayout layout;
    private final int slotIndex;
    private final UUID domainId;
    private final Optional<VolumeRecord> record;
    private final long writeSequence;
    private final RecordCopy nextCopy;
    private final Optional<DamagedCopy> damagedCopy;
    private final boolean whole;

    private VolumeSlot(
            DomainLayout layout,
            int slotIndex,
            UUID domainId,
            Optional<VolumeRecord> record,
            long writeSequence,
            RecordCopy nextCopy,
            Optional<DamagedCopy> damagedCopy,
            boolean whole) {
        this.layout = layout;
        this.slotIndex = slotIndex;
        this.domainId = domainId;
        this.record = record;
        this.writeSequence = writeSequence;
        this.nextCopy = nextCopy;
        this.damagedCopy = damagedCopy;
        this.whole = whole;
    }

    /**
     * Decodes a slot.
     *
     * @param slot the slot's {@link DomainLayout#METADATA_SLOT_BYTES} bytes; with 512-byte sectors
     *     only the first sector of each copy is looked at
     * @param layout the domain's layout
     * @param slotIndex the slot that was read: 1 to the layout's number of volumes
     * @param domainId the domain that was read
     * @return what the slot holds
     * @throws CorruptMetadataException if no copy is valid (and not both are zero), or a copy whose
     *     checksum holds must not be what and where it is
     * @throws UnsupportedFormatException if a whole copy is of a newer format version, also if the
     *     other one could be read
     * @throws IllegalArgumentException if the segment has another size, or the slot is not a
     *     volume's
     */
    public static VolumeSlot decode(
            MemorySegment slot, DomainLayout layout, int slotIndex, UUID domainId)
            throws CorruptMetadataException, UnsupportedFormatException {
        Checks.range(
                "slot.byteSize",
                slot.byteSize(),
                DomainLayout.METADATA_SLOT_BYTES,
                DomainLayout.METADATA_SLOT_BYTES);
        layout.checkVolumeSlot(slotIndex);
        if (ZeroBytes.isZero(slot)) {
            return empty(layout, slotIndex, domainId);
        }
        CopyReading a = CopyReading.of(slot, RecordCopy.A, layout, slotIndex, domainId);
        CopyReading b = CopyReading.of(slot, RecordCopy.B, layout, slotIndex, domainId);
        if (a.isZero() && b.isZero()) {
            return empty(layout, slotIndex, domainId);
        }
        if (a.found().isEmpty() && b.found().isEmpty()) {
            throw new CorruptMetadataException(
                    "volume slot %d: no valid copy: copy A: %s; copy B: %s"
                            .formatted(slotIndex, a.problem(), b.problem()));
        }
        if (a.writeSequence() == b.writeSequence()) {
            throw new CorruptMetadataException(
                    "volume slot %d: writeSequence is %d in both copies: must differ"
                            .formatted(slotIndex, a.writeSequence()));
        }
        boolean aIsNewest = a.writeSequence() > b.writeSequence();
        Sequenced<VolumeRecord> newest = (aIsNewest ? a : b).found().orElseThrow();
        CopyReading other = aIsNewest ? b : a;
        RecordCopy otherCopy = aIsNewest ? RecordCopy.B : RecordCopy.A;
        return new VolumeSlot(
                layout,
                slotIndex,
                domainId,
                Optional.of(newest.value()),
                newest.writeSequence(),
                otherCopy,
                other.problemBehind(newest.writeSequence())
                        .map(problem -> new DamagedCopy(otherCopy, problem)),
                other.holds(newest.value()));
    }

    /**
     * Tells whether slots that lie one behind the other are empty, faster than decoding each. False
     * decides nothing: a slot may be empty and have something in its unused bytes.
     *
     * @param slots the bytes of any number of slots
     * @return true if {@link #decode} would find each of them {@linkplain #isEmpty empty}
     */
    public static boolean areEmpty(MemorySegment slots) {
        return ZeroBytes.isZero(slots);
    }

    private static VolumeSlot empty(DomainLayout layout, int slotIndex, UUID domainId) {
        return new VolumeSlot(
                layout,
                slotIndex,
                domainId,
                Optional.empty(),
                0,
                RecordCopy.A,
                Optional.empty(),
                true);
    }

    /**
     * Returns the slot's place.
     *
     * @return its index
     */
    public int slotIndex() {
        return slotIndex;
    }

    /**
     * Tells whether both copies say the same, or nothing, so that no single write that comes late
     * can change what the slot says. They do after each write that was reported as done.
     *
     * @return false after a write that was cut off between the copies, or where a copy is damaged
     */
    public boolean isWhole() {
        return whole;
    }

    /**
     * Tells whether the slot was never used.
     *
     * @return true if both copies are zero
     */
    public boolean isEmpty() {
        return record.isEmpty();
    }

    /**
     * Tells whether another volume may be put here.
     *
     * @return true if the slot was never used or its volume is {@link Legality#REMOVED}
     */
    public boolean isFree() {
        return record.isEmpty() || record.get().legality() == Legality.REMOVED;
    }

    /**
     * Returns the newest valid record; a removed volume's tombstone too.
     *
     * @return the record; empty only if the slot was never used
     */
    public Optional<VolumeRecord> record() {
        return record;
    }

    /**
     * Returns which copy holds the record.
     *
     * @return the copy; empty if the slot was never used
     */
    public Optional<RecordCopy> newestCopy() {
        return record.isEmpty() ? Optional.empty() : Optional.of(nextCopy.other());
    }

    /**
     * Returns the write sequence of the record.
     *
     * @return the sequence; 0 if the slot was never used
     */
    public long writeSequence() {
        return writeSequence;
    }

    /**
     * Tells what is wrong with the other copy, if anything: torn, erased, or older than it should
     * be. The record can be used; but a change that had been reported as written may be lost, if it
     * was storage that failed and not a writer.
     *
     * @return the damage; empty if the copies are as the last two writes left them
     */
    public Optional<DamagedCopy> damagedCopy() {
        return damagedCopy;
    }

    /**
     * Returns which copy the next write goes to: never the newest valid one.
     *
     * @return the copy
     */
    public RecordCopy nextCopy() {
        return nextCopy;
    }

    /**
     * Returns where in the slot the next write goes.
     *
     * @return the offset in bytes from the slot's start; one sector is written there
     */
    public long nextCopyOffset() {
        return offsetOf(nextCopy);
    }

    /**
     * Returns the write sequence of the next write.
     *
     * @return the sequence, 1 for the first write of a slot
     * @throws IllegalStateException if there is none left, which takes 2^63 writes
     */
    public long nextSequence() {
        if (writeSequence == Long.MAX_VALUE) {
            throw new IllegalStateException(
                    "volume slot " + slotIndex + ": writeSequence is the last one");
        }
        return writeSequence + 1;
    }

    /**
     * Fills the sector of the next write: the record with {@link #nextSequence()}, then zeros.
     *
     * @param next the record; of this slot and domain, and of the volume that is there unless the
     *     slot is free
     * @param sector the sector to fill, of the layout's sector size; to be written at {@link
     *     #nextCopyOffset()}
     * @throws IllegalArgumentException if the record does not belong here or its generation goes
     *     back, or the sector has another size; the sector is untouched then
     */
    public void encodeNext(VolumeRecord next, MemorySegment sector) {
        Checks.range(
                "sector.byteSize", sector.byteSize(), layout.sectorBytes(), layout.sectorBytes());
        requireSame("slotIndex", next.slotIndex(), slotIndex);
        requireSame("domainId", next.domainId(), domainId);
        record.ifPresent(present -> checkSuccessor(present, next));
        MetadataBlock block = VolumeRecordCodec.encode(next, nextSequence());
        sector.fill((byte) 0);
        block.sealInto(sector, 0);
    }

    /**
     * Returns the slot as it is once the next write has been done, for the write of the same record
     * into the other copy.
     *
     * @param next the record that was written
     * @return a slot whose next write goes to what is the newest copy here
     */
    public VolumeSlot afterNext(VolumeRecord next) {
        return new VolumeSlot(
                layout,
                slotIndex,
                domainId,
                Optional.of(next),
                nextSequence(),
                nextCopy.other(),
                Optional.empty(),
                false);
    }

    private void checkSuccessor(VolumeRecord present, VolumeRecord next) {
        boolean sameVolume = next.volumeId().equals(present.volumeId());
        if (!isFree()) {
            requireSame("volumeId", next.volumeId(), present.volumeId());
        } else if (sameVolume && next.legality() != Legality.REMOVED) {
            throw new IllegalArgumentException(
                    "volume slot "
                            + slotIndex
                            + ": volume "
                            + next.volumeId()
                            + " is removed: its id is not used again");
        }
        if (sameVolume && next.generation() < present.generation()) {
            throw new IllegalArgumentException(
                    "volume slot "
                            + slotIndex
                            + ": generation is "
                            + next.generation()
                            + ": must not go back from "
                            + present.generation());
        }
    }

    private void requireSame(String field, Object found, Object expected) {
        if (!found.equals(expected)) {
            throw new IllegalArgumentException(
                    "volume slot "
                            + slotIndex
                            + ": "
                            + field
                            + " is "
                            + found
                            + ": must be "
                            + expected);
        }
    }

    static long offsetOf(RecordCopy copy) {
        return copy == RecordCopy.A ? 0 : DomainLayout.METADATA_COPY_B_OFFSET_BYTES;
    }
}
