package io.tenure.sanlock;

/**
 * What the storage says of a lockspace, for one host id.
 *
 * @param name its name
 * @param ioTimeoutSeconds the io_timeout of the host id's last holder, or the one it was written
 *     with
 * @param sectorBytes the sector size
 * @param alignBytes the size of its area
 */
public record LockspaceInfo(String name, int ioTimeoutSeconds, int sectorBytes, int alignBytes) {}
