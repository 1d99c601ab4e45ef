package io.tenure.testing.device;

/** What is wrong with storage. */
public enum Fault {
    /** Nothing: requests are carried out. */
    NONE("pass"),
    /** Requests fail with EIO. */
    FAILS("fail"),
    /** Requests fail with ENOSPC, as writes do on storage that is full. */
    FULL("full"),
    /**
     * Requests are not answered until the fault changes; then those that waited are carried out, or
     * fail. Meanwhile who waits for one cannot be killed, as with a real device.
     */
    HANGS("hang");

    private final String command;

    Fault(String command) {
        this.command = command;
    }

    /** How the program behind {@link FaultyFile} is told. */
    String command() {
        return command;
    }
}
