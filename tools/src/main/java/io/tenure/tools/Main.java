package io.tenure.tools;

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
        ExitCode exitCode = new Tenure(out, err, Terminal.isStandardError()).run(args);
        System.exit(exitCode.status());
    }

    private static PrintStream standardStream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
