package io.tenure.sanlock;

/**
 * What the storage says of a resource.
 *
 * @param lockspace the lockspace
 * @param name its name
 * @param lver the lease's version: one more with each acquisition, 0 again when it is rewritten
 * @param sectorBytes the sector size
 * @param alignBytes the size of its area
 */
public record ResourceInfo(
        String lockspace, String name, long lver, int sectorBytes, int alignBytes) {}
