package io.tenure.benchmarks;

/** Runs the benchmarks: JMH's own command line, from the module's executable jar. */
public final class Main {
    private Main() {}

    /**
     * Runs what the arguments select; none selects all.
     *
     * @param arguments as for JMH, see {@code -h}
     * @throws java.io.IOException as JMH does
     */
    public static void main(String[] arguments) throws java.io.IOException {
        org.openjdk.jmh.Main.main(arguments);
    }
}
