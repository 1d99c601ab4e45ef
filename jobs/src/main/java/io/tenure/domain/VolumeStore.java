package io.tenure.domain;

import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import java.io.IOException;
import java.util.List;

/**
 * Reads and writes volume records on storage.
 *
 * <p>A seam: the control area of a domain is the real one; tests and simulations put others in its
 * place. Reads always go to storage, past every cache, because another host may have written.
 * Writes of one slot are made only under that slot's lease. Safe for use by many threads.
 */
public interface VolumeStore {
    /**
     * Reads one slot from storage.
     *
     * @param slotIndex the slot
     * @return its newest valid record, or that it was never written
     * @throws io.tenure.format.CorruptMetadataException if no copy in the slot is valid
     * @throws IOException if storage could not be read
     */
    VolumeSlot read(int slotIndex) throws IOException;

    /**
     * Writes a record into its slot, durably and twice: the older copy first, then the other, with
     * a look at the leases before each. So whoever stands still for so long that others take over
     * has one sector under way at most, with a write sequence of before; and one copy outlives
     * that.
     *
     * @param base the slot as it was read under the lease, before it was decided what to write
     * @param next the new record
     * @param leases looks whether the slot's lease is still ours; if it throws the first time it is
     *     asked, nothing was written
     * @throws IOException if the write failed: the slot then holds the old record, the new one, or
     *     what the next owner of the lease wrote; reading it again under the lease tells which
     */
    void write(VolumeSlot base, VolumeRecord next, LeaseCheck leases) throws IOException;

    /**
     * Makes durable what a write has left on storage although it reported an error.
     *
     * @throws IOException if it is not known to be durable
     */
    void flush() throws IOException;

    /**
     * Reads every slot that was ever written, in order.
     *
     * @return the slots; those whose record is invalid carry the reason
     * @throws IOException if storage could not be read
     */
    List<SlotContent> readAll() throws IOException;
}
