package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.domain.RefusedException;
import io.tenure.domain.Volume;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.lease.LeaseState;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.JobChild;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deletion goes the way of a creation backwards: record, lease, data. */
class DeleteVolumeTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;
    private TestDomain agent;
    private UUID id;
    private Volume volume;

    @BeforeEach
    void open() throws Exception {
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        id = agent.createVolumeFrom(TestDomain.randomFile(directory.resolve("source"), BYTES));
        volume = agent.volume(id);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void theRecordGoesFirstThenTheLeaseThenTheData() throws Exception {
        boolean[] dataWhenCleared = new boolean[1];
        agent.trace().clear();
        agent.trace()
                .listen(line -> {
                    if (line.startsWith("cleared")) {
                        dataWhenCleared[0] = Files.exists(volume.dataPath());
                    }
                });

        JobResult result = agent.run(delete(2L));

        TestDomain.requireDone(result);
        assertThat(result.warnings()).isEmpty();
        assertThat(agent.trace().linesWithout("verify"))
                .containsExactly(
                        "acquire EXCLUSIVE " + agent.domain().id(),
                        "acquire EXCLUSIVE " + id,
                        "sign " + id,
                        "sign " + agent.domain().id(),
                        "record REMOVED 3",
                        "release " + id,
                        "clear " + id,
                        "cleared " + id,
                        "release " + agent.domain().id());
        assertThat(dataWhenCleared[0]).isTrue();
        assertThat(volume.dataPath()).doesNotExist();
        assertThatThrownBy(() -> agent.volume(id)).isInstanceOf(RefusedException.class);
        assertThat(agent.domain().volumes()).isEmpty();
        assertThat(agent.leases().inspect(agent.domain().leaseArea(volume.slotIndex(), id)))
                .isInstanceOf(LeaseState.Unknown.class);
    }

    @Test
    void theTombstoneTellsWhoDeletedTheVolume() throws Exception {
        DeleteVolume delete = delete(2L);
        TestDomain.requireDone(agent.run(delete));
        VolumeRecord tombstone =
                agent.domain().store().read(volume.slotIndex()).record().orElseThrow();
        assertThat(tombstone.legality()).isEqualTo(Legality.REMOVED);
        assertThat(tombstone.volumeId()).isEqualTo(id);
        assertThat(tombstone.generation()).isEqualTo(3);
        assertThat(tombstone.transitions().getFirst().jobId()).isEqualTo(delete.request().id());
        assertThat(tombstone.transitions().getFirst().kind()).isEqualTo(TransitionKind.COMPLETED);
    }

    @Test
    @Tag("ovirt-2")
    void anotherGenerationThanTheExpectedOneLeavesTheVolumeAsItWas() throws Exception {
        byte[] slot = agent.slotBytes(volume.slotIndex());
        JobResult result = agent.run(delete(1L));
        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(agent.slotBytes(volume.slotIndex())).isEqualTo(slot);
        assertThat(volume.dataPath()).exists();
        assertThat(agent.lease(id)).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    void killedBeforeTheCommitTheVolumeIsWholeAndTheDeletionCanBeRunAgain() throws Exception {
        kill("begin COMMIT");
        assertThat(agent.record(id).legality()).isEqualTo(Legality.LEGAL);
        assertThat(agent.record(id).generation()).isEqualTo(2);
        assertThat(volume.dataPath()).exists();
        TestDomain.requireDone(agent.run(delete(2L)));
        assertThat(volume.dataPath()).doesNotExist();
    }

    @Test
    void whatWasLeftBehindWhenItWasKilledAfterTheCommitGoesWhenTheSlotIsUsedAgain()
            throws Exception {
        for (String moment : new String[] {"record REMOVED", "clear ", "cleared "}) {
            UUID doomed = agent.createVolume(BYTES);
            Volume left = agent.volume(doomed);
            id = doomed;
            kill(moment);
            assertThat(agent.domain().volumes()).hasSize(1);
            assertThat(left.dataPath()).as(moment).exists();

            UUID next = agent.createVolume(BYTES);

            assertThat(agent.volume(next).slotIndex()).isEqualTo(left.slotIndex());
            assertThat(left.dataPath()).as(moment).doesNotExist();
            assertThat(agent.lease(next)).isInstanceOf(LeaseState.Free.class);
            TestDomain.requireDone(
                    agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), next, 1L)));
        }
    }

    @Test
    void aDeletionThatCannotBeCommittedLeavesTheData() throws Exception {
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event ->
                                        event.is(
                                                agent.domain().controlPath(),
                                                DeviceEvent.Kind.WRITE),
                                Errno.EIO));
        JobResult result = agent.run(delete(2L));
        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(volume.dataPath()).exists();
        assertThat(agent.record(id).generation()).isEqualTo(2);
        assertThat(agent.record(id).legality()).isEqualTo(Legality.LEGAL);
    }

    @Test
    void aVolumeWhoseDataIsGoneCanBeDeleted() throws Exception {
        Files.delete(volume.dataPath());
        TestDomain.requireDone(agent.run(delete(2L)));
    }

    @Test
    void aVolumeThatIsNotThereIsRefused() throws Exception {
        TestDomain.requireDone(agent.run(delete(2L)));
        JobResult again = agent.run(delete(3L));
        assertThat(again.outcome()).isEqualTo(JobState.FAILED);
        assertThat(Objects.requireNonNull(again.failure()).message()).contains("no volume " + id);
    }

    @Test
    void theDeviceOfADeletedVolumeKeepsItsContentAndCanBeUsedAgain() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 512)) {
            UUID onDevice = agent.createVolume(BYTES, Optional.of(loop.path()));
            TestDomain.requireDone(
                    agent.run(agent.copy(directory.resolve("source"), onDevice, 1L)));
            DeleteVolume job = new DeleteVolume(UUID.randomUUID(), agent.domain(), onDevice, 2L);
            try (BlockDevice user = BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE)) {
                assertThat(user.geometry().blockDevice()).isTrue();
                assertThat(agent.run(job).outcome()).isEqualTo(JobState.FAILED);
                assertThat(agent.record(onDevice).generation()).isEqualTo(2);
            }
            TestDomain.requireDone(
                    agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), onDevice, 2L)));
            assertThat(Files.mismatch(loop.backing(), directory.resolve("source"))).isEqualTo(-1);
            agent.createVolume(BYTES, Optional.of(loop.path()));
        }
    }

    private DeleteVolume delete(long generation) {
        return new DeleteVolume(UUID.randomUUID(), agent.domain(), id, generation);
    }

    private void kill(String moment) throws IOException {
        ChildJvm child =
                JobChild.run(
                        directory,
                        agent.domain().path(),
                        JobChild.Work.DELETE,
                        id,
                        UUID.randomUUID(),
                        directory,
                        moment,
                        1);
        assertThat(child.exitCode()).as(child.output()).isEqualTo(JobChild.KILLED);
        assertThat(agent.leases().inspect(agent.domain().domainLease()))
                .isInstanceOf(LeaseState.Free.class);
    }
}
