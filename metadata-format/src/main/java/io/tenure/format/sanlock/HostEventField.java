package io.tenure.format.sanlock;

/**
 * An event that a host has sent to others: the last one it sent stays in its sector.
 *
 * @param generation host generation of the receivers; all zero: no event yet
 * @param event 64 free bits, as the sender gave them
 * @param data 64 free bits, as the sender gave them
 */
public record HostEventField(long generation, long event, long data) {}
