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
     * Writes a record into its slot, durably, leaving the newest copy that stands there untouched.
     *
     * @param slotIndex the slot
     * @param record the new record
     * @throws IOException if the write failed: the slot then holds the old record or the new one,
     *     and reading it again tells which
     */
    void write(int slotIndex, VolumeRecord record) throws IOException;

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
