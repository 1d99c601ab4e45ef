package io.tenure.domain;

import io.tenure.format.VolumeRecord;
import java.nio.file.Path;

/**
 * A volume as storage showed it at one moment.
 *
 * @param slotIndex its place in the lease area and in the metadata area
 * @param record its record
 * @param dataPath where its data lies: a file below the domain's directory, or a block device
 */
public record Volume(int slotIndex, VolumeRecord record, Path dataPath) {}
