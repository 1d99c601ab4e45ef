package io.tenure.tools.verb;

import io.tenure.tools.output.Output;

/**
 * A verb of a noun: its options become fields, its work is {@link #run}. What it throws becomes the
 * error line and the exit code, in one place for all verbs.
 */
public interface Verb extends Command {
    /**
     * Does the work and shows the result.
     *
     * @param output where the result goes
     * @param interruption what a signal does to the work
     * @return how the run ended; a failure with nothing to show but its message is better thrown
     * @throws Exception when the work failed
     */
    ExitCode run(Output output, Interruption interruption) throws Exception;
}
