package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobResult;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An update changes the description and the generation, nothing else. */
class UpdateVolumeTest {
    @TempDir Path directory;
    private TestDomain agent;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolume(4096);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void theDescriptionIsNewAndTheUpdateIsRecorded() throws Exception {
        UpdateVolume update = update(1L, "neue Beschreibung \u00e4\u00f6\u00fc");
        TestDomain.requireDone(agent.run(update));
        VolumeRecord record = agent.record(volume);
        assertThat(record.description()).isEqualTo("neue Beschreibung \u00e4\u00f6\u00fc");
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.legality()).isEqualTo(Legality.LEGAL);
        Transition newest = record.transitions().getFirst();
        assertThat(newest.kind()).isEqualTo(TransitionKind.UPDATED);
        assertThat(newest.jobId()).isEqualTo(update.request().id());
    }

    // case 2
    @Test
    void anotherGenerationThanTheExpectedOneChangesNothing() throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobResult result = agent.run(update(0L, "x"));
        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    void aDescriptionThatDoesNotFitOrIsNoTextChangesNothing() throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        for (String bad : new String[] {"\u00e4".repeat(200), "with\0nul", "\ud800"}) {
            JobResult result = agent.run(update(1L, bad));
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.INVALID_REQUEST);
        }
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    private UpdateVolume update(long generation, String description) {
        return new UpdateVolume(UUID.randomUUID(), agent.domain(), volume, generation, description);
    }
}
