package io.tenure.tools.output;

import java.io.PrintStream;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where a verb shows what it found or did. Results go to standard output, everything else to
 * standard error; a program gets one JSON object and nothing else.
 *
 * <p>One for each run of the command, used by the thread that runs it.
 */
public final class Output {
    /** Who reads standard output. */
    public enum Audience {
        /** People: lines and tables. */
        PEOPLE,
        /** A program: one JSON object. */
        PROGRAM,
        /** Nobody: only errors and warnings are of interest. */
        NOBODY
    }

    private final PrintStream out;
    private final PrintStream err;
    private final Audience audience;
    private final boolean verbose;
    private final boolean showProgress;
    private boolean resultShown;

    /**
     * Creates the output of one run.
     *
     * @param out where results go
     * @param err where messages and progress go
     * @param audience who reads {@code out}
     * @param verbose whether {@link #detail} is shown
     * @param showProgress whether {@code err} is a terminal that somebody watches
     */
    public Output(
            PrintStream out,
            PrintStream err,
            Audience audience,
            boolean verbose,
            boolean showProgress) {
        this.out = out;
        this.err = err;
        this.audience = audience;
        this.verbose = verbose;
        this.showProgress = showProgress;
    }

    /**
     * Shows the result, once in a run.
     *
     * @param fields for a program; see {@link JsonOutput}
     * @param text for people: lines with their line ends
     */
    public void result(Map<String, ?> fields, Supplier<String> text) {
        if (resultShown) {
            throw new IllegalStateException("a run of the command has one result");
        }
        resultShown = true;
        switch (audience) {
            case PROGRAM -> out.print(JsonOutput.render(fields) + "\n");
            case PEOPLE -> out.print(text.get());
            case NOBODY -> {}
        }
    }

    /**
     * Tells people what is going on, as part of what they asked for.
     *
     * @param line one line without its end
     */
    public void say(String line) {
        if (audience == Audience.PEOPLE) {
            out.print(Printable.line(line) + "\n");
        }
    }

    /**
     * Tells people who want to know more what is going on.
     *
     * @param line gives one line without its end; asked only when somebody wants to know
     */
    public void detail(Supplier<String> line) {
        if (verbose) {
            err.print("tenure: " + Printable.line(line.get()) + "\n");
        }
    }

    /**
     * Warns people of something that did not keep the run from succeeding. In JSON warnings are
     * part of the result.
     *
     * @param line one line without its end
     */
    public void warning(String line) {
        if (audience != Audience.PROGRAM) {
            err.print("tenure: warning: " + Printable.line(line) + "\n");
        }
    }

    /**
     * Reports that the run failed.
     *
     * @param message for people
     * @param fields for a program
     */
    public void failure(String message, Map<String, ?> fields) {
        if (audience == Audience.PROGRAM) {
            result(fields, () -> "");
        } else {
            err.print("tenure: " + Printable.line(message) + "\n");
        }
    }

    /**
     * Starts to show how far a piece of work is; close it before anything else is shown.
     *
     * @param label what is going on
     * @param totalBytes how much there is to do
     * @return the progress, which shows nothing unless somebody watches
     */
    public Progress progress(String label, long totalBytes) {
        return new Progress(err, showProgress, System::nanoTime, label, totalBytes);
    }
}
