package io.tenure.jobs;

import io.tenure.domain.StorageDomain;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A volume whose record a job changes, or that it reads.
 *
 * @param domain its open domain
 * @param volumeId the volume
 * @param expectedGeneration what storage must say of it in step 2; null compares nothing
 */
public record JobTarget(StorageDomain domain, UUID volumeId, @Nullable Long expectedGeneration) {}
