package io.tenure.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.format.ActiveJob;
import io.tenure.format.DamagedCopy;
import io.tenure.format.RecordCopy;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.lease.LeaseLostException;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record goes into both copies, with a look at the lease before each. */
class RecordWriteTest {
    @TempDir Path directory;
    private TestDomain agent;
    private VolumeStore store;
    private int index;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolume(4096);
        index = agent.volume(volume).slotIndex();
        store = agent.domain().store();
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void eachCopyIsWrittenAfterALookOfItsOwnAndIsDurableBeforeTheNext() throws Exception {
        Path control = agent.domain().controlPath();
        List<String> order = new ArrayList<>();
        for (DeviceEvent.Kind kind : List.of(DeviceEvent.Kind.WRITE, DeviceEvent.Kind.FLUSH)) {
            agent.devices()
                    .add(
                            DeviceHook.calling(
                                    event -> event.is(control, kind),
                                    () -> order.add(kind.name())));
        }
        store.write(slot(), described("new"), () -> order.add("look"));
        assertThat(order)
                .containsExactly("FLUSH", "look", "WRITE", "FLUSH", "look", "WRITE", "FLUSH");
        assertThat(slot().isWhole()).isTrue();
        assertThat(slot().damagedCopy()).isEmpty();
        assertThat(record().description()).isEqualTo("new");
    }

    @Test
    void nothingIsWrittenIfTheFirstLookFindsTheLeaseLost() throws Exception {
        byte[] before = agent.slotBytes(index);
        assertThatThrownBy(() -> store.write(slot(), described("new"), lostAtLook(1)))
                .isInstanceOf(LeaseLostException.class);
        assertThat(agent.slotBytes(index)).isEqualTo(before);
    }

    @Test
    void oneCopyAloneIsWrittenIfTheSecondLookFindsTheLeaseLost() throws Exception {
        VolumeSlot before = slot();
        assertThatThrownBy(() -> store.write(before, described("new"), lostAtLook(2)))
                .isInstanceOf(LeaseLostException.class);
        VolumeSlot half = slot();
        assertThat(half.writeSequence()).isEqualTo(before.writeSequence() + 1);
        assertThat(half.record()).contains(described("new"));
        assertThat(half.isWhole()).isFalse();
        assertThat(half.damagedCopy()).isEmpty();
    }

    @Test
    void aSectorThatComesLateCostsOneCopyAndTheOtherSaysWhatItSaid() throws Exception {
        VolumeSlot old = slot();
        VolumeRecord late = described("decided on before the takeover");
        for (int looks = 2; looks <= 3; looks++) { // the first copy alone, or both
            TestDomain.put(agent.domain(), described("acknowledged " + looks));
            writeLate(old, late, looks);
            assertThat(record().description()).isEqualTo("acknowledged " + looks);
        }
        TestDomain.put(agent.domain(), described("and on"));
        assertThat(slot().isWhole()).isTrue();
    }

    /** The sector of one copy, as it was on its way while others wrote. */
    private void writeLate(VolumeSlot old, VolumeRecord late, int looks) {
        VolumeSlot base = looks == 2 ? old : old.afterNext(late);
        assertThatThrownBy(() -> store.write(base, late, lostAtLook(2)))
                .isInstanceOf(LeaseLostException.class);
    }

    @Test
    void anOldSlotWhoseCopiesDifferIsReadAndWrittenOn() throws Exception {
        // As it was written before: each record into one copy, the two of them a job apart.
        TestDomain.put(agent.domain(), described("first"));
        VolumeRecord working =
                record().started(new ActiveJob(UUID.randomUUID(), 1, 1, Instant.now()));
        assertThatThrownBy(() -> store.write(slot(), working, lostAtLook(2)))
                .isInstanceOf(LeaseLostException.class);
        VolumeRecord completed = working.completed(Instant.now());
        assertThatThrownBy(() -> store.write(slot(), completed, lostAtLook(2)))
                .isInstanceOf(LeaseLostException.class);
        assertThat(record()).isEqualTo(completed);
        assertThat(slot().isWhole()).isFalse();
        assertThat(slot().damagedCopy()).isEmpty();

        TestDomain.requireDone(
                agent.run(
                        new UpdateVolume(UUID.randomUUID(), agent.domain(), volume, 2L, "today")));
        assertThat(record().generation()).isEqualTo(3);
        assertThat(slot().isWhole()).isTrue();
    }

    @Test
    void aTornCopyIsDamageAndTheNextWriteMakesTheSlotWhole() throws Exception {
        byte[] sector = new byte[512];
        sector[3] = 1;
        RecordCopy newest = slot().newestCopy().orElseThrow();
        long at =
                agent.domain().superblock().layout().metadataOffset(index)
                        + (newest == RecordCopy.A ? 0 : 4096);
        try (RandomAccessFile file =
                new RandomAccessFile(agent.domain().controlPath().toFile(), "rw")) {
            file.seek(at);
            file.write(sector);
            file.getFD().sync();
        }
        assertThat(slot().damagedCopy().map(DamagedCopy::copy)).contains(newest);
        assertThat(record().generation()).isEqualTo(1);
        TestDomain.put(agent.domain(), described("again"));
        assertThat(slot().isWhole()).isTrue();
        assertThat(slot().damagedCopy()).isEmpty();
    }

    private VolumeSlot slot() throws IOException {
        return store.read(index);
    }

    private VolumeRecord record() throws IOException {
        return slot().record().orElseThrow();
    }

    private VolumeRecord described(String text) throws IOException {
        return agent.record(volume).withDescription(text);
    }

    private static LeaseCheck lostAtLook(int number) {
        int[] looks = new int[1];
        return () -> {
            if (++looks[0] == number) {
                throw new LeaseLostException("lost");
            }
        };
    }
}
