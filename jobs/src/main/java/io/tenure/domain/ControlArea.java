package io.tenure.domain;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.DamagedCopy;
import io.tenure.format.DomainLayout;
import io.tenure.format.Superblock;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.io.BlockDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The metadata area of a domain on its control file or device. Every read and write goes past the
 * caches; each copy that is written is flushed before the next, and before the write returns. Safe
 * for use by many threads, as the device is.
 */
final class ControlArea implements VolumeStore {
    /** Right for sectors of 512 and of 4096 bytes, and for every page. */
    static final int ALIGNMENT_BYTES = 4096;

    /** How much a scan reads at once. */
    private static final int SCAN_SLOTS = 128;

    /** Nearly all slots were never used: so many are looked at together before each is decoded. */
    private static final int EMPTY_TOGETHER = 16;

    private final BlockDevice device;
    private final Superblock superblock;

    ControlArea(BlockDevice device, Superblock superblock) {
        this.device = device;
        this.superblock = superblock;
    }

    @Override
    public VolumeSlot read(int slotIndex) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slot = allocate(arena, DomainLayout.METADATA_SLOT_BYTES);
            readFully(superblock.layout().metadataOffset(slotIndex), slot);
            return decode(slotIndex, slot);
        }
    }

    @Override
    public void write(VolumeSlot base, VolumeRecord next, LeaseCheck leases) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sector = allocate(arena, superblock.layout().sectorBytes());
            base.encodeNext(next, sector);
            if (!base.isEmpty()) {
                // What was read may be the write of a host that was cut off before its flush, or of
                // ours that failed: a crash could take it and the write that follows, both copies.
                device.flush();
            }
            writeCopy(base, sector, leases);
            VolumeSlot half = base.afterNext(next);
            half.encodeNext(next, sector);
            writeCopy(half, sector, leases);
        }
    }

    /** The look comes right before: whoever stands still after it has this one sector under way. */
    private void writeCopy(VolumeSlot slot, MemorySegment sector, LeaseCheck leases)
            throws IOException {
        leases.stillOurs();
        device.write(
                superblock.layout().metadataOffset(slot.slotIndex()) + slot.nextCopyOffset(),
                sector);
        device.flush();
    }

    @Override
    public void flush() throws IOException {
        device.flush();
    }

    @Override
    public List<SlotContent> readAll() throws IOException {
        List<SlotContent> found = new ArrayList<>();
        int slots = superblock.layout().slotCount();
        try (Arena arena = Arena.ofConfined()) {
            long together = Math.min(SCAN_SLOTS, slots);
            MemorySegment window = allocate(arena, together * DomainLayout.METADATA_SLOT_BYTES);
            for (int first = 0; first < slots; first += SCAN_SLOTS) {
                int count = Math.min(SCAN_SLOTS, slots - first);
                MemorySegment read =
                        window.asSlice(0, (long) count * DomainLayout.METADATA_SLOT_BYTES);
                readFully(superblock.layout().metadataOffset(first), read);
                for (int group = 0; group < count; group += EMPTY_TOGETHER) {
                    addContents(first, group, Math.min(group + EMPTY_TOGETHER, count), read, found);
                }
            }
        }
        return found;
    }

    /** Adds what some slots of a window hold; slot 0, the domain's own, is none of the volumes'. */
    private void addContents(
            int first, int from, int to, MemorySegment window, List<SlotContent> found)
            throws IOException {
        if (VolumeSlot.areEmpty(slots(window, from, to))) {
            return;
        }
        for (int i = Math.max(1 - first, from); i < to; i++) {
            addContent(first + i, slots(window, i, i + 1), found);
        }
    }

    private static MemorySegment slots(MemorySegment window, int from, int to) {
        return window.asSlice(
                (long) from * DomainLayout.METADATA_SLOT_BYTES,
                (long) (to - from) * DomainLayout.METADATA_SLOT_BYTES);
    }

    private void addContent(int slotIndex, MemorySegment slot, List<SlotContent> found)
            throws IOException {
        try {
            VolumeSlot decoded = decode(slotIndex, slot);
            decoded.record()
                    .ifPresent(record ->
                            found.add(
                                    new SlotContent(
                                            slotIndex,
                                            record,
                                            decoded.damagedCopy()
                                                    .map(DamagedCopy::problem)
                                                    .orElse(null))));
        } catch (CorruptMetadataException e) {
            found.add(new SlotContent(slotIndex, null, e.getMessage()));
        }
    }

    private VolumeSlot decode(int slotIndex, MemorySegment slot) throws IOException {
        return VolumeSlot.decode(slot, superblock.layout(), slotIndex, superblock.domainId());
    }

    private void readFully(long offset, MemorySegment target) throws IOException {
        readFully(device, offset, target);
    }

    static void readFully(BlockDevice device, long offset, MemorySegment target)
            throws IOException {
        int read = device.read(offset, target);
        if (read < target.byteSize()) {
            throw new CorruptMetadataException(
                    device.name()
                            + " ends at "
                            + (offset + read)
                            + ", inside the control area: it was cut short");
        }
    }

    static MemorySegment allocate(Arena arena, long bytes) {
        return arena.allocate(bytes, ALIGNMENT_BYTES);
    }
}
