package io.tenure.tools.lease;

import io.tenure.format.LeaseKind;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseRepair.OtherHosts;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.verb.VolumeTarget;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class LeaseRepair implements Verb {
    private VolumeTarget volume = new VolumeTarget();

    @Override
    public void describe(Syntax syntax) {
        syntax.description(
                "Write a broken lease anew, if nobody can hold it: no process of this host does, and"
                        + " every other host has left the domain or is dead. Otherwise it says why not"
                        + " and changes nothing. The domain's own lease goes by the domain's id.");
        volume.describe(syntax);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws IOException {
        try (OpenDomain open = OpenDomain.forJobs(volume.path())) {
            LeaseTarget target = LeaseTarget.find(open.domain(), volume.volumeId());
            LeaseManager manager = open.leases().forKind(open.domain().leaseKind());
            OtherHosts others =
                    open.domain().leaseKind() == LeaseKind.LOCAL
                            ? OtherHosts.NONE
                            : open.hosts()::othersThatMayHold;
            Optional<String> problem =
                    new io.tenure.lease.LeaseRepair(manager, open.domain(), others)
                            .repair(target.area());
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("domain_id", open.domain().id());
            fields.put("volume_id", target.isOfDomain() ? null : volume.volumeId());
            fields.put("repaired", problem.isPresent());
            fields.put("problem", problem.orElse(null));
            output.result(
                    fields,
                    () ->
                            problem.map(was ->
                                            "wrote %s anew, which was broken: %s\n"
                                                    .formatted(target.what(), was))
                                    .orElse(
                                            "%s is sound: it can be acquired\n"
                                                    .formatted(target.what())));
        }
        return ExitCode.DONE;
    }
}
