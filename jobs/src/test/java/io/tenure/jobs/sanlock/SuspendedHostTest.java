package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.LeaseArea;
import io.tenure.format.Quarantine;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.internal.IoAction;
import io.tenure.jobs.internal.TryAll;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.sanlock.OnTermination;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconSettings;
import io.tenure.sanlock.Sanlock;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A virtual machine is suspended in the middle of a job, another host takes the lease, and the
 * machine is resumed: its clock stood still, so that its daemon finds nothing wrong.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SuspendedHostTest {
    private static final int BYTES = 4 << 20;

    /** Two requests, as the agent's copy makes them. */
    private static final int IN_FLIGHT_BYTES = 2 * (64 << 10);

    /** Enough real time is left for the agent to see its daemon's renewals. */
    private static final int FACTOR = 5;

    /** More than a takeover takes, in the hosts' time. */
    private static final int TAKEOVER_SECONDS = 120;

    private static final int KILLED = 137;

    /** What is open, the last first. */
    private static final Deque<IoAction> OPEN = new ArrayDeque<>();

    private static DomainLab lab;
    private static HostIdentity suspended;

    private static UUID overtaken;
    private static AgentChild overtakenAgent;
    private static byte[] dataBefore;

    private static UUID fenced;
    private static AgentChild fencedAgent;
    private static ReconOutcome toldMeanwhile;

    private static byte[] metadataBefore;

    /** One suspension for all, since a takeover takes a quarter of a minute. */
    @BeforeAll
    static void suspendAndResume() throws Exception {
        lab = DomainLab.startWithClock(2, FACTOR);
        OPEN.push(lab::close);
        suspended = lab.host(1).manager().host(lab.host(1).domain().id());
        overtaken = lab.createVolume(BYTES);
        fenced = lab.createVolume(BYTES);
        overtakenAgent = AgentChild.start(lab, 1, overtaken, lab.sourceFile(BYTES, 41));
        OPEN.push(overtakenAgent::close);
        fencedAgent = AgentChild.start(lab, 1, fenced, lab.sourceFile(BYTES, 42));
        OPEN.push(fencedAgent::close);
        UUID job = lab.record(fenced).activeJob().orElseThrow().jobId();
        SanlockLeaseManager other =
                new SanlockLeaseManager(
                        Sanlock.open(lab.daemons().runDirectory(0)), OnTermination.LIVE_ON);
        OPEN.push(other::close);
        LeaseConnection next = other.connect("next");
        OPEN.push(next::close);

        lab.daemons().suspend(1);
        LabHost.acquireWithin(next, lab.lease(overtaken), lab.daemons().real(TAKEOVER_SECONDS));
        toldMeanwhile =
                lab.host(0)
                        .ask(
                                fenced,
                                job,
                                1,
                                ReconSettings.DEFAULT.with(
                                        ReconSettings.Pressure.NONE,
                                        lab.daemons().real(TAKEOVER_SECONDS)));
        metadataBefore = lab.metadata();
        dataBefore = Files.readAllBytes(lab.volume(overtaken).dataPath());
        lab.daemons().resume(1);
    }

    @AfterAll
    static void stop() throws IOException {
        TryAll all = new TryAll();
        OPEN.forEach(all::run);
        all.throwFirst();
    }

    @Test
    @Order(1)
    @Tag("ovirt-22")
    void theLeaderRecordTellsAResumedHolderThatAnotherHostTookItsLease() throws Exception {
        LeaseArea area = lab.lease(overtaken);
        overtakenAgent.awaitGateClosed();
        overtakenAgent.goOn(); // what was under way lands
        assertThat(overtakenAgent.nextLine())
                .startsWith("FAILED")
                .contains("LEASE_LOST", area.toString(), "host 1 (host generation 1");
        assertThat(lab.metadata()).isEqualTo(metadataBefore);
        assertThat(differingBytes(dataBefore, Files.readAllBytes(lab.volume(overtaken).dataPath())))
                .isLessThanOrEqualTo(IN_FLIGHT_BYTES);

        lab.daemons().awaitAllLive(area.domainId().toString()); // it renews again
        assertThat(lab.daemons().log(1)).doesNotContain("kill ", "fail");
    }

    @Test
    @Order(2) // ends whatever holds leases on the host
    @Tag("ovirt-15")
    void theQuarantineOfAHostThatComesBackEndsWhenItLeavesTheDomain() throws Exception {
        Quarantine quarantine = new Quarantine(suspended.hostId(), suspended.hostGeneration());
        assertThat(toldMeanwhile)
                .isInstanceOfSatisfying(
                        ReconOutcome.Interrupted.class,
                        it -> assertThat(it.quarantine()).contains(quarantine));
        // As long as it is there, in the same generation, nobody can tell what it has under way;
        // nor does its ballot, since its write is not let go on.
        fencedAgent.awaitGateClosed();
        byte[] metadata = lab.metadata();
        assertThat(Objects.requireNonNull(copyAgain(fenced).failure()).message())
                .contains("host 2 (host generation " + suspended.hostGeneration() + ")")
                .contains("quarantine");
        assertThat(lab.metadata()).isEqualTo(metadata);

        lab.leaveByForce(1);

        assertThat(fencedAgent.exitCode()).isEqualTo(KILLED);
        assertThat(copyAgain(fenced).outcome()).isEqualTo(JobState.DONE);
        assertThat(lab.record(fenced).quarantine()).isEmpty();
        assertThat(lab.record(fenced).generation()).isEqualTo(3);
    }

    private static JobResult copyAgain(UUID volume) throws Exception {
        LabHost host = lab.host(0);
        return host.run(DomainLab.copy(host, lab.sourceFile(BYTES, 43), volume, 2L));
    }

    private static int differingBytes(byte[] before, byte[] after) {
        int differing = 0;
        for (int i = 0; i < before.length; i++) {
            differing += before[i] == after[i] ? 0 : 1;
        }
        return differing;
    }
}
