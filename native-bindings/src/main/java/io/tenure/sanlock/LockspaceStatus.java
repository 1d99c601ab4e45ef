package io.tenure.sanlock;

/**
 * A lockspace that the daemon knows of.
 *
 * @param name its name
 * @param hostId this host's id in it
 * @param path the file or device
 * @param offsetBytes where its area begins
 * @param state whether it is joined
 */
public record LockspaceStatus(
        String name, long hostId, String path, long offsetBytes, LockspaceState state) {}
