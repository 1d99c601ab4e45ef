package io.tenure.tools;

import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A run of the usual commands, from which the launcher lets the JVM make its cache of classes that
 * are loaded and linked already.
 */
public final class Training {
    private static final String VOLUME = "11111111-1111-4111-8111-111111111111";
    private static final String OTHER_VOLUME = "22222222-2222-4222-8222-222222222222";

    /** Large enough that a copy takes several requests. */
    private static final int VOLUME_BYTES = 4 << 20;

    private Training() {}

    /**
     * Runs the commands; ends with an exception when one of them fails.
     *
     * @param args a folder, in which the run makes a storage domain and leaves it
     * @throws IOException when the folder cannot be written
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Path domain = Files.createDirectory(folder.resolve("domain"));
        Path source = Files.write(folder.resolve("source"), halfZeroes());
        String size = "--size=" + VOLUME_BYTES;
        run("domain", "create", "--max-volumes=4", domain);
        run("volume", "create", size, "--uuid=" + VOLUME, domain);
        run("--json", "volume", "create", size, "--uuid=" + OTHER_VOLUME, domain);
        run("volume", "copy", "--expect-generation=1", domain, source, VOLUME);
        run("--json", "volume", "copy", "--expect-generation=1", domain, VOLUME, OTHER_VOLUME);
        run("volume", "export", domain, VOLUME, folder.resolve("exported"));
        for (String how : new String[] {"--verbose", "--json"}) {
            run(how, "domain", "info", domain);
            run(how, "volume", "list", domain);
            run(how, "volume", "info", domain, VOLUME);
        }
        run("volume", "--help");
    }

    private static byte[] halfZeroes() {
        byte[] data = new byte[VOLUME_BYTES];
        Arrays.fill(data, 0, VOLUME_BYTES / 2, (byte) 1);
        return data;
    }

    private static void run(Object... words) {
        String[] arguments = Arrays.stream(words).map(Object::toString).toArray(String[]::new);
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        ExitCode exitCode = Main.run(nowhere, System.err, arguments);
        if (exitCode != ExitCode.DONE) {
            throw new IllegalStateException(
                    String.join(" ", arguments) + " ended with " + exitCode);
        }
    }
}
