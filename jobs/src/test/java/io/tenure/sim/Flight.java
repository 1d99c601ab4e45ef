package io.tenure.sim;

/** A write that a host has submitted and that has not reached the storage yet. */
final class Flight {
    static final int NONE = -1;

    final SimHost host;

    /** The process that submitted it: the host's count of those. */
    final int process;

    final int sector;
    final byte[] content;

    /** Which of its process's requests it is; {@link #NONE} if nobody waits for it. */
    final int request;

    /** Its process or its machine is gone, or stands still: it lands late, or never. */
    boolean late;

    Flight(SimHost host, int sector, byte[] content, int request) {
        this.host = host;
        this.process = host.process;
        this.sector = sector;
        this.content = content;
        this.request = request;
    }
}
