package io.tenure.tools;

import io.tenure.tools.output.Terminal;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The entry point of the {@code tenure} command. */
public final class Main {
    private Main() {}

    /**
     * Runs one command line and ends the process with its exit code.
     *
     * @param args the command line: options, noun, verb, and what they need
     */
    public static void main(String[] args) {
        // UTF-8 whatever the locale says: what is printed here is read by programs.
        PrintStream out = standardStream(FileDescriptor.out);
        PrintStream err = standardStream(FileDescriptor.err);
        int status = run(out, err, args).status();
        // By itself the process ends with 0, and without the log of exits that this would set up.
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs one command line; a signal may end the process meanwhile. */
    static ExitCode run(PrintStream out, PrintStream err, String... args) {
        Interruption interruption = new Interruption();
        Tenure tenure = new Tenure(out, err, Terminal.isStandardError(), interruption);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> endBySignal(tenure, interruption), "tenure-signal"));
        ExitCode exitCode = tenure.run(args);
        interruption.ended(exitCode);
        return exitCode;
    }

    /**
     * What SIGINT and SIGTERM do, as a shutdown hook, so that the JVM takes further signals and
     * ignores them while a job drains. At the ordinary end of the process there is nothing to do.
     */
    private static void endBySignal(Tenure tenure, Interruption interruption) {
        ExitCode exitCode = interruption.raise().orElse(null);
        if (exitCode == null) {
            if (interruption.hasEnded()) {
                return;
            }
            exitCode = tenure.interrupted();
        }
        // The JVM would end with 143 or 130 for the signal, whatever came of it.
        Runtime.getRuntime().halt(exitCode.status());
    }

    private static PrintStream standardStream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
