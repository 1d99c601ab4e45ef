package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.LeaseArea;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.LeaseConnection;
import io.tenure.sanlock.RequestMode;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An agent that is to live on when sanlock wants its leases back. */
class LiveOnTest {
    private static final int BYTES = 2 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static DomainLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(3);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    void anAgentOfWhichAnotherHostAsksForALeaseAbortsTheJobAndLivesOn() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        LeaseArea area = lab.lease(volume);
        try (AgentChild agent = AgentChild.start(lab, 1, volume, lab.sourceFile(BYTES, 31));
                LeaseConnection next = lab.host(0).manager().connect("next")) {
            lab.host(0).request(area, RequestMode.GRACEFUL);
            awaitKillProgram(1, agent);
            agent.goOn();
            assertThat(agent.nextLine())
                    .startsWith("ABORTED")
                    .contains("another host asks for " + area);
            LabHost.acquireWithin(next, area, LIMIT).release();
            VolumeRecord record = lab.record(volume);
            assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
            assertThat(record.activeJob()).isEmpty();
            assertLives(agent);
        }
    }

    @Test
    @Tag("ovirt-22")
    void anAgentThatLosesItsHostIdStopsTheJobAndLivesOn() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        try (AgentChild agent = AgentChild.start(lab, 2, volume, lab.sourceFile(BYTES, 32))) {
            lab.overwriteHostId(2);
            awaitKillProgram(2, agent);
            byte[] metadata = lab.metadata();
            agent.goOn();
            assertThat(agent.nextLine())
                    .startsWith("FAILED")
                    .contains("LEASE_LOST", "host id 3 was overwritten on storage");
            assertThat(lab.metadata()).isEqualTo(metadata);
            assertLives(agent);
        }
    }

    private static void assertLives(AgentChild agent) throws Exception {
        agent.goOn();
        assertThat(agent.nextLine()).isEqualTo("lives");
        assertThat(agent.exitCode()).isZero();
    }

    /** Waits until the daemon has done what would otherwise have been a SIGTERM. */
    private static void awaitKillProgram(int host, AgentChild agent) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
        String log = lab.daemons().log(host);
        while (!log.contains("kill " + agent.pid()) && !log.contains("do_request " + agent.pid())) {
            assertThat(System.nanoTime() - deadlineNanos).as("ns late; %s", log).isNegative();
            Thread.sleep(10);
            log = lab.daemons().log(host);
        }
    }
}
