package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.LeaseArea;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.sanlock.OnTermination;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A virtual machine is suspended in the middle of a job, another host takes the lease, and the
 * machine is resumed: its clock stood still, so that its daemon finds nothing wrong.
 */
class SuspendedHostTest {
    private static final int BYTES = 4 << 20;

    /** Two requests, as the agent's copy makes them. */
    private static final int IN_FLIGHT_BYTES = 2 * (64 << 10);

    /** Enough real time is left for the agent to see its daemon's renewals. */
    private static final int FACTOR = 5;

    /** More than a takeover takes, in the hosts' time. */
    private static final int TAKEOVER_SECONDS = 120;

    private static DomainLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.startWithClock(2, FACTOR);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    @Tag("ovirt-22")
    void theLeaderRecordTellsAResumedHolderThatAnotherHostTookItsLease() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        LeaseArea area = lab.lease(volume);
        Path data = lab.volume(volume).dataPath();
        try (AgentChild agent = AgentChild.start(lab, 1, volume, lab.sourceFile(BYTES, 41));
                SanlockLeaseManager other =
                        new SanlockLeaseManager(lab.daemons().sanlock(0), OnTermination.LIVE_ON);
                LeaseConnection next = other.connect("next")) {
            lab.daemons().suspend(1);
            awaitTakeover(next, area);
            byte[] metadata = lab.metadata();
            byte[] before = Files.readAllBytes(data);

            lab.daemons().resume(1);
            agent.awaitGateClosed();
            agent.goOn(); // what was under way lands
            assertThat(agent.nextLine())
                    .startsWith("FAILED")
                    .contains("LEASE_LOST", area.toString(), "host 1 (host generation 1");
            assertThat(lab.metadata()).isEqualTo(metadata);
            assertThat(differingBytes(before, Files.readAllBytes(data)))
                    .isLessThanOrEqualTo(IN_FLIGHT_BYTES);

            lab.daemons().awaitAllLive(area.domainId().toString()); // it renews again
            assertThat(lab.daemons().log(1)).doesNotContain("kill ", "fail");
        }
    }

    private static void awaitTakeover(LeaseConnection next, LeaseArea area) throws Exception {
        long deadline = System.nanoTime() + lab.daemons().real(TAKEOVER_SECONDS).toNanos();
        while (true) {
            try {
                next.acquire(area, LeaseMode.EXCLUSIVE);
                return;
            } catch (LeaseHeldException e) {
                assertThat(System.nanoTime()).as("%s", e.getMessage()).isLessThan(deadline);
            }
            Thread.sleep(20);
        }
    }

    private static int differingBytes(byte[] before, byte[] after) {
        int differing = 0;
        for (int i = 0; i < before.length; i++) {
            differing += before[i] == after[i] ? 0 : 1;
        }
        return differing;
    }
}
