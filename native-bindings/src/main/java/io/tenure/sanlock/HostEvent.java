package io.tenure.sanlock;

/**
 * What another host has sent to this one.
 *
 * @param hostId the sender's host id
 * @param generation the sender's generation when it sent
 * @param event what was sent, not 0
 * @param data the number sent with it
 */
public record HostEvent(long hostId, long generation, long event, long data) {}
