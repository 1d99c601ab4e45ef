package io.tenure.sim;

/** A write that a host has submitted and that has not reached the storage yet. */
final class Flight {
    final SimHost host;

    /** The process that submitted it: the host's count of those. */
    final int process;

    final int sector;
    final byte[] content;

    /** Called when it has reached the storage, unless its process is gone. */
    final Runnable done;

    /** Its process or its machine is gone, or stands still: it lands late, or never. */
    boolean late;

    Flight(SimHost host, int sector, byte[] content, Runnable done) {
        this.host = host;
        this.process = host.process;
        this.sector = sector;
        this.content = content;
        this.done = done;
    }
}
