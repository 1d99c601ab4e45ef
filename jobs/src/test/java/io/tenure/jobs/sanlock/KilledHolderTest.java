package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.domain.LeaseArea;
import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.lease.LeaseConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process that holds a lease is killed, and another host looks what became of its job. */
class KilledHolderTest {
    private static final int BYTES = 2 << 20;

    /** How soon others must get the lease of a process that was killed. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final int KILLED = 137;
    private static final int TERMINATED = 143;

    private static DomainLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(2);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    @Tag("ovirt-34")
    void killedBeforeTheWorkNothingHasHappened() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        byte[] metadata = lab.metadata();
        byte[] data = Files.readAllBytes(lab.volume(volume).dataPath());
        HolderChild.run(lab, 1, volume, HolderChild.End.KILLED_BEFORE_THE_WORK, KILLED);
        acquireSoon(lab.lease(volume));
        assertThat(lab.metadata()).isEqualTo(metadata);
        assertThat(lab.volume(volume).dataPath()).hasBinaryContent(data);
        assertCopiesAgain(volume, 1);
    }

    @Test
    @Tag("ovirt-35")
    void killedInTheDataTheVolumeIsMarkedByTheJobUntilAnotherSucceeds() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        UUID job = HolderChild.run(lab, 1, volume, HolderChild.End.KILLED_IN_THE_DATA, KILLED);
        acquireSoon(lab.lease(volume));
        VolumeRecord record = lab.record(volume);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.activeJob())
                .hasValueSatisfying(active -> {
                    assertThat(active.jobId()).isEqualTo(job);
                    assertThat(active.hostId()).isEqualTo(2);
                    assertThat(active.hostGeneration()).isEqualTo(1);
                });
        assertCopiesAgain(volume, 1);
        assertThat(lab.record(volume).transitions())
                .extracting(Transition::kind)
                .startsWith(TransitionKind.COMPLETED, TransitionKind.FAILED);
    }

    @Test
    @Tag("ovirt-36")
    void killedBeforeTheReleaseTheJobIsDone() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        UUID job =
                HolderChild.run(lab, 1, volume, HolderChild.End.KILLED_BEFORE_THE_RELEASE, KILLED);
        acquireSoon(lab.lease(volume));
        VolumeRecord record = lab.record(volume);
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.legality()).isEqualTo(Legality.LEGAL);
        assertThat(record.activeJob()).isEmpty();
        assertThat(record.transitions().getFirst().jobId()).isEqualTo(job);
        assertCopiesAgain(volume, 2);
    }

    @Test
    void terminatedBySanlockAJobRecordsItsEndAndReleases() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        UUID job =
                HolderChild.run(lab, 1, volume, HolderChild.End.TERMINATED_BY_SANLOCK, TERMINATED);
        acquireSoon(lab.lease(volume));
        VolumeRecord record = lab.record(volume);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.activeJob()).isEmpty();
        Transition last = record.transitions().getFirst();
        assertThat(last.kind()).isEqualTo(TransitionKind.FAILED);
        assertThat(last.jobId()).isEqualTo(job);
        assertThat(last.failureCode()).isEqualTo(FailureKind.ABORTED.code());
        assertCopiesAgain(volume, 1);
    }

    private static void acquireSoon(LeaseArea area) throws Exception {
        try (LeaseConnection connection = lab.host(0).manager().connect("next")) {
            LabHost.acquireWithin(connection, area, SOON).release();
        }
    }

    private static void assertCopiesAgain(UUID volume, long generation) throws Exception {
        Path source = lab.sourceFile(BYTES, 12);
        JobSettings patient =
                new JobSettings(
                        Clock.SYSTEM,
                        DeviceOpener.SYSTEM,
                        SOON,
                        Duration.ofSeconds(1),
                        JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);
        JobResult result =
                lab.host(0)
                        .run(
                                DomainLab.copy(lab.host(0), source, volume, generation),
                                JobObserver.NONE,
                                patient);
        assertThat(result.outcome()).as("%s", result).isEqualTo(JobState.DONE);
        assertThat(lab.record(volume).generation()).isEqualTo(generation + 1);
        assertThat(lab.volume(volume).dataPath()).hasSameBinaryContentAs(source);
    }
}
