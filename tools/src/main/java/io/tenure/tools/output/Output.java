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
     * Shows one of many results, for a verb that goes on until it is ended: a line of text, or one
     * JSON object on a line.
     *
     * @param fields for a program; see {@link JsonOutput}
     * @param line for people, without a line end
     * @return whether it could be written: nobody reads any more if not
     */
    public boolean event(Map<String, ?> fields, String line) {
        resultShown = true;
        switch (audience) {
            case PROGRAM -> out.print(JsonOutput.render(fields) + "\n");
            case PEOPLE -> out.print(Printable.line(line) + "\n");
            case NOBODY -> {}
        }
        return !out.checkError();
    }

    /**
     * Whether people watch standard output on a terminal, so that it can be drawn over.
     *
     * @return true if {@link #redraw} shows something that lasts
     */
    public boolean isWatched() {
        return audience == Audience.PEOPLE && Terminal.isStandardOutput();
    }

    /**
     * Draws on a terminal, over what was drawn before.
     *
     * @param text lines with their line ends
     * @param linesBefore how many lines were drawn before; 0 for the first time
     * @return whether it could be written
     */
    public boolean redraw(String text, long linesBefore) {
        resultShown = true;
        // ECMA-48: cursor up (CUU) to the first of them, erase to the end of the screen (ED)
        out.print((linesBefore == 0 ? "" : "\u001b[" + linesBefore + "A") + "\r\u001b[J" + text);
        return !out.checkError();
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
