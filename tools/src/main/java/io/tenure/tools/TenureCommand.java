package io.tenure.tools;

import io.tenure.tools.demo.DemoVerb;
import io.tenure.tools.domain.DomainNoun;
import io.tenure.tools.host.HostNoun;
import io.tenure.tools.lease.LeaseNoun;
import io.tenure.tools.verb.Subcommands;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.volume.VolumeNoun;
import java.util.List;

/** The command itself: the options that every verb has. Its subcommands are the nouns. */
final class TenureCommand implements Subcommands {
    static final String NAME = "tenure";

    boolean json;
    boolean quiet;
    boolean verbose;

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Storage jobs with certainty, under volume leases and generations.");
    }

    /** Adds the options that may stand behind any noun and verb. */
    void describeForAll(Syntax syntax) {
        syntax.flag("--json", "Print one JSON object, also for an error.", () -> json = true);
        syntax.flag("--quiet", "Print nothing but errors and warnings.", () -> quiet = true);
        syntax.flag(
                "--verbose",
                "Print more; for an error, where in the program it arose.",
                () -> verbose = true);
    }

    @Override
    public List<Subcommand> subcommands() {
        return List.of(
                new Subcommand("domain", DomainNoun::new),
                new Subcommand("host", HostNoun::new),
                new Subcommand("lease", LeaseNoun::new),
                new Subcommand("volume", VolumeNoun::new),
                new Subcommand("demo", DemoVerb::new));
    }
}
