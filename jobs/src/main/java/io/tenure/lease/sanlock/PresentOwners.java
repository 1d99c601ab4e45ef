package io.tenure.lease.sanlock;

import io.tenure.domain.LeaseArea;
import io.tenure.format.sanlock.PaxosDblock;
import io.tenure.format.sanlock.SanlockAreaLayout;
import io.tenure.sanlock.LeaseMode;
import io.tenure.sanlock.Owner;
import io.tenure.sanlock.Resource;
import io.tenure.sanlock.Sanlock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads who was granted a lease and has not let go of it since.
 *
 * <p>The leader alone does not tell. When two hosts come for a lease at once, the loser completes
 * the winner's grant: it writes the leader in the winner's name, and that write may land after the
 * winner has released the lease again, or even had it once more, which takes the lease's version
 * back. The leader then names an owner that is alive and long gone; the release stands only in that
 * owner's ballot. sanlock looks there before it refuses a lease, and so does this, without asking
 * who has written the leader: a released ballot for this grant or a later one says the same,
 * whoever did.
 *
 * @param sanlock reads the leader, and the modes of hosts that share
 * @param calls bounds the reads
 */
record PresentOwners(Sanlock sanlock, DaemonCalls calls) {

    /**
     * Reads them. Whether their hosts still live is another question.
     *
     * @param limit for each of the reads
     * @throws IOException if the lease cannot be read, or is none: nothing is known then
     */
    List<Owner> of(LeaseArea area, Duration limit) throws IOException {
        Resource resource = SanlockLeaseManager.resource(area);
        List<Owner> named =
                calls.within(limit, "read the owners of " + area, () -> sanlock.owners(resource));
        List<Owner> present = new ArrayList<>(named.size());
        for (Owner owner : named) {
            if (owner.mode() == LeaseMode.SHARED || !hasReleased(area, owner, limit)) {
                present.add(owner);
            }
        }
        return present;
    }

    private boolean hasReleased(LeaseArea area, Owner owner, Duration limit) throws IOException {
        int hostId = Math.toIntExact(owner.hostId());
        PaxosDblock ballot =
                calls.within(
                        limit,
                        "read the ballot of host " + hostId + " in " + area,
                        DaemonCalls.STORAGE,
                        () ->
                                SectorReads.read(
                                        area.path(),
                                        area.offsetBytes()
                                                + SanlockAreaLayout.hostOffset(
                                                        area.sectorBytes(), hostId),
                                        area.sectorBytes(),
                                        PaxosDblock::decode));
        return ballot.releases(owner.hostId(), owner.generation(), owner.lver());
    }
}
