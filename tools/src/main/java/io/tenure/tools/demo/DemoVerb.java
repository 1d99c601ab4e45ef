package io.tenure.tools.demo;

import io.tenure.format.LeaseKind;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.LeaseKindConverter;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The verb {@code demo}: shows the main job on storage of its own. */
public final class DemoVerb implements Verb {
    /** Three sources and the volume, and the control area. */
    private static final long NEEDED_BYTES =
            3 * DemoData.SOURCE_BYTES + DemoData.CAPACITY_BYTES + 16 * DemoData.MIB;

    private LeaseKind leases = LeaseKind.LOCAL;
    private boolean keep;

    /** Creates the verb; the command does. */
    public DemoVerb() {}

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Show the main job in a temporary folder: a copy in its five steps, and a job with a"
                        + " stale generation that is refused. With sanlock leases two daemons are"
                        + " two hosts.");
        syntax.option(
                "--leases",
                "local|sanlock",
                "What guards the volume (default: local, which needs no daemon).",
                new LeaseKindConverter(),
                given -> leases = given);
        syntax.flag("--keep", "Leave the folder there, to look at it.", () -> keep = true);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption)
            throws IOException, InterruptedException, CommandException {
        // At a signal the demo stops at the next job or scene, and cleans up.
        interruption.onSignal(() -> {});
        long startNanos = System.nanoTime();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("leases", leases.name().toLowerCase(Locale.ROOT));
        Path path;
        try (DemoFolder folder =
                leases == LeaseKind.LOCAL
                        ? DemoFolder.onStorage(NEEDED_BYTES, keep)
                        : DemoFolder.inMemory(NEEDED_BYTES, keep)) {
            path = folder.path();
            play(output, interruption, path, fields);
        }
        fields.put("folder", keep ? path : null);
        output.result(fields, () -> ending(path, (System.nanoTime() - startNanos) / 1e9));
        return ExitCode.DONE;
    }

    private void play(
            Output output,
            Interruption interruption,
            Path folder,
            Map<String, @Nullable Object> fields)
            throws IOException, InterruptedException, CommandException {
        output.say("Tenure: a storage job under a lease, against a generation");
        output.say("");
        output.say(
                "folder   %s, with %s leases"
                        .formatted(folder, leases.name().toLowerCase(Locale.ROOT)));
        Path domain = Files.createDirectory(folder.resolve("domain"));
        try (DemoHosts hosts =
                leases == LeaseKind.LOCAL
                        ? DemoHosts.local(domain)
                        : DemoHosts.sanlock(folder, domain)) {
            Demo demo = new Demo(new Narrator(output, folder), interruption, folder, hosts);
            demo.play();
            fields.putAll(demo.findings());
        }
    }

    private String ending(Path path, double seconds) {
        String took = "%nAll of this took %.1f s.".formatted(seconds);
        if (!keep) {
            return took + " The folder is gone again; --keep leaves it there.\n";
        }
        return took + " To look at it:\n\n   tenure volume list " + path.resolve("domain") + "\n";
    }
}
