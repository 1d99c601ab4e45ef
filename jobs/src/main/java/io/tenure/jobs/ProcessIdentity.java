package io.tenure.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which process is meant, for good: process ids are used again, but never with the same start in
 * the same run of the machine.
 *
 * @param pid the process id
 * @param startTicks when it began, in clock ticks since the machine did: field 22 of proc(5)'s stat
 * @param bootId this run of the machine: proc(5), /proc/sys/kernel/random/boot_id
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {
    private static final Path PROC = Path.of("/proc");
    private static final Path BOOT_ID = PROC.resolve("sys/kernel/random/boot_id");

    /** Fields of stat behind the name's closing parenthesis, before the start: states to 21. */
    private static final int FIELDS_BEFORE_START = 19;

    /**
     * The process that asks.
     *
     * @return its identity
     * @throws IOException if /proc cannot be read
     */
    public static ProcessIdentity own() throws IOException {
        return of(ProcessHandle.current().pid());
    }

    /**
     * A process that runs now.
     *
     * @param pid its id
     * @return its identity
     * @throws IOException if there is none, or /proc cannot be read
     */
    public static ProcessIdentity of(long pid) throws IOException {
        return new ProcessIdentity(pid, startTicks(pid), Files.readString(BOOT_ID).strip());
    }

    private static long startTicks(long pid) throws IOException {
        return Long.parseLong(stat(pid)[FIELDS_BEFORE_START]);
    }

    /** The fields behind the name, which may hold blanks and parentheses itself. */
    private static String[] stat(long pid) throws IOException {
        String stat = Files.readString(PROC.resolve(pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    /**
     * Whether this very process still runs.
     *
     * @return false if it has ended, whatever has its id now
     * @throws IOException if /proc cannot be read
     */
    public boolean isAlive() throws IOException {
        try {
            // A zombie has ended: it does nothing any more, whether its parent asks for it or not.
            return !stat(pid)[0].equals("Z") && of(pid).equals(this);
        } catch (IOException e) {
            if (Files.exists(PROC.resolve(Long.toString(pid)))) {
                throw e;
            }
            return false; // perhaps it ended just now, while it was read
        }
    }

    /** PID, start and boot id, separated by colons. */
    @Override
    public String toString() {
        return pid + ":" + startTicks + ":" + bootId;
    }

    static ProcessIdentity parse(String text) {
        String[] parts = text.split(":", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a process identity: " + text);
        }
        return new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
    }
}
