package io.tenure.tools.output;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * Shows on a terminal how far a job is: what is done, of how much, how fast, and how long it may
 * still take. One line, drawn at most ten times a second, gone when closed. Safe for several
 * threads.
 */
public final class Progress implements AutoCloseable {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Ten drawings a second look steady and cost nothing. */
    private static final long SHORTEST_INTERVAL_NANOS = NANOS_PER_SECOND / 10;

    /** ECMA-48: back to the first column, and erase to the end of the line (EL). */
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream terminal;
    private final boolean visible;
    private final LongSupplier nanoClock;
    private final String label;
    private final long totalBytes;
    private final long startNanos;
    private long lastNanos;
    private boolean drawn;
    private boolean closed;

    /**
     * Starts the clock; draws nothing yet.
     *
     * @param terminal where to draw
     * @param visible false: draw nothing at all, because nobody is watching
     * @param nanoClock a clock like {@link System#nanoTime()}
     * @param label what is going on
     * @param totalBytes how much there is to do, not negative
     */
    Progress(
            PrintStream terminal,
            boolean visible,
            LongSupplier nanoClock,
            String label,
            long totalBytes) {
        this.terminal = terminal;
        this.visible = visible;
        this.nanoClock = nanoClock;
        this.label = Printable.line(label);
        this.totalBytes = totalBytes;
        this.startNanos = nanoClock.getAsLong();
        this.lastNanos = startNanos;
    }

    /**
     * Tells how much is done by now. Cheap: most calls draw nothing.
     *
     * @param doneBytes how much of the total
     */
    public synchronized void update(long doneBytes) {
        if (!visible || closed) {
            return;
        }
        long now = nanoClock.getAsLong();
        if (now - lastNanos < SHORTEST_INTERVAL_NANOS) {
            return;
        }
        lastNanos = now;
        drawn = true;
        terminal.print(ERASE_LINE + line(doneBytes, now - startNanos));
        terminal.flush();
    }

    /** Erases the line; later updates draw nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        if (drawn) {
            drawn = false;
            terminal.print(ERASE_LINE);
            terminal.flush();
        }
    }

    private String line(long doneBytes, long elapsedNanos) {
        double bytesPerSecond = (double) doneBytes * NANOS_PER_SECOND / elapsedNanos;
        StringBuilder line = new StringBuilder(label).append(": ");
        if (totalBytes > 0) {
            line.append((long) (100.0 * doneBytes / totalBytes)).append("%, ");
        }
        line.append(HumanSize.of(doneBytes)).append(" of ").append(HumanSize.of(totalBytes));
        line.append(", ").append(HumanSize.of((long) bytesPerSecond)).append("/s");
        if (doneBytes > 0 && doneBytes <= totalBytes) {
            long restSeconds = (long) Math.ceil((totalBytes - doneBytes) / bytesPerSecond);
            line.append(", ").append(HumanSize.ofSeconds(restSeconds)).append(" left");
        }
        return line.toString();
    }
}
