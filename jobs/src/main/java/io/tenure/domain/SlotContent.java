package io.tenure.domain;

import io.tenure.format.VolumeRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a scan of the metadata area found in one slot.
 *
 * @param slotIndex the slot
 * @param record the newest valid record, or null when none is valid
 * @param problem why no record is valid, or why one of the two copies is not; null when all is well
 */
public record SlotContent(int slotIndex, @Nullable VolumeRecord record, @Nullable String problem) {}
