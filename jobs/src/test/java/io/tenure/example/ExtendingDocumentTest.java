package io.tenure.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job kind that docs/extending.md shows is this one, compiles, and keeps to the protocol. */
class ExtendingDocumentTest {
    private static final int BYTES = 200 << 10;

    @TempDir Path directory;

    @Test
    void theDocumentShowsTheVeryJobThatIsTestedHere() throws IOException {
        Path root = root();
        String document = Files.readString(root.resolve("docs/extending.md"));
        String source =
                Files.readString(
                        root.resolve("jobs/src/test/java/io/tenure/example/PatternVolume.java"));
        assertThat(document).contains("```java\n" + source + "```\n");
    }

    @Test
    void theJobOfTheDocumentFillsAVolumeInTwoRecordWrites() throws Exception {
        try (TestDomain agent = domain()) {
            UUID volume = agent.createVolume(BYTES);
            agent.trace().clear();
            agent.traceDevices();
            JobHandle handle =
                    agent.start(
                            new PatternVolume(
                                    UUID.randomUUID(), agent.domain(), volume, 1L, (byte) 0x5a));
            JobResult result = TestDomain.await(handle);
            TestDomain.requireDone(result);
            assertThat(Files.readAllBytes(agent.volume(volume).dataPath()))
                    .hasSize(BYTES)
                    .containsOnly(0x5a);
            assertThat(handle.progress()).isEqualTo(new JobProgress(BYTES, BYTES));
            assertThat(result.bytesCopied()).isEqualTo(BYTES);
            assertThat(agent.recordsWritten()).isEqualTo(2);
            VolumeRecord record = agent.record(volume);
            assertThat(record.generation()).isEqualTo(2);
            assertThat(record.legality()).isEqualTo(Legality.LEGAL);
        }
    }

    @Test
    void theJobOfTheDocumentStopsWhenItIsAborted() throws Exception {
        try (TestDomain agent = domain()) {
            UUID volume = agent.createVolume(BYTES);
            CompletableFuture<JobHandle> handle = new CompletableFuture<>();
            JobObserver aborts =
                    new JobObserver() {
                        @Override
                        public void recordWritten(Job job, VolumeRecord record) {
                            try {
                                handle.join().abort();
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        }

                        @Override
                        public void stepFinished(Job job, JobStep step) {
                            assertThat(step).isNotEqualTo(JobStep.WORK);
                        }
                    };
            handle.complete(
                    agent.runner()
                            .submit(
                                    new PatternVolume(
                                            UUID.randomUUID(),
                                            agent.domain(),
                                            volume,
                                            1L,
                                            (byte) 0x5a),
                                    aborts));
            assertThat(TestDomain.await(handle.join()).outcome()).isEqualTo(JobState.ABORTED);
            assertThat(Files.readAllBytes(agent.volume(volume).dataPath())).containsOnly(0);
            assertThat(agent.record(volume).legality()).isEqualTo(Legality.ILLEGAL);
        }
    }

    private TestDomain domain() throws IOException {
        return TestDomain.create(Files.createDirectory(directory.resolve("domain")));
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("docs/extending.md"))) {
            here = java.util.Objects.requireNonNull(here.getParent(), "no docs/extending.md");
        }
        return here;
    }
}
