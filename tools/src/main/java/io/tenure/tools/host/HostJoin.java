package io.tenure.tools.host;

import io.tenure.lease.HostIdentity;
import io.tenure.lease.sanlock.DomainHosts;
import io.tenure.sanlock.SanlockTimeouts;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class HostJoin implements Verb {
    private Path path = Path.of("");
    private long hostId;

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Let this host work in a domain: its sanlock daemon renews the host id from now"
                        + " on.");
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
        syntax.requiredOption(
                "--host-id",
                "N",
                "A number from 1 on that no other host uses.",
                Values.LONG,
                given -> hostId = given);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws IOException {
        try (OpenDomain open = OpenDomain.forReading(path)) {
            DomainHosts hosts = open.hosts();
            int ioTimeoutSeconds = open.domain().superblock().ioTimeoutSeconds();
            output.detail(() ->
                    "joining takes about %d s"
                            .formatted(SanlockTimeouts.joinSeconds(ioTimeoutSeconds)));
            hosts.join(hostId);
            HostIdentity host =
                    open.leases().forKind(open.domain().leaseKind()).host(open.domain().id());
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("domain_id", open.domain().id());
            fields.put("host_id", host.hostId());
            fields.put("host_generation", host.hostGeneration());
            output.result(
                    fields,
                    () ->
                            "joined %s as host %d (host generation %d)\n"
                                    .formatted(
                                            open.domain().path(),
                                            host.hostId(),
                                            host.hostGeneration()));
        }
        return ExitCode.DONE;
    }
}
