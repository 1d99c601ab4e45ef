package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording shows of jobs. */
class FlightRecordingTest {
    @TempDir Path directory;

    @Test
    void aRecordingShowsEachStepAndEachTransitionOfALease() throws Exception {
        Path source = TestDomain.randomFile(directory.resolve("source"), 1 << 20);
        Path file = directory.resolve("recording.jfr");
        UUID volume;
        UUID other;
        JobResult result;
        try (TestDomain agent =
                TestDomain.create(Files.createDirectory(directory.resolve("domain")))) {
            other = agent.createVolumeFrom(source);
            volume = agent.createVolume(1 << 20);
            try (Recording recording = new Recording()) {
                recording.enable(StepEvent.NAME);
                recording.enable(LeaseEvent.NAME);
                recording.start();
                result = agent.run(agent.copy(other, volume, null));
                recording.stop();
                recording.dump(file);
            }
        }
        TestDomain.requireDone(result);
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        List<RecordedEvent> steps = named(events, StepEvent.NAME);
        assertThat(steps)
                .extracting(e -> e.getString("step"))
                .containsExactly("ACQUIRE", "VALIDATE", "WORK", "COMMIT", "RELEASE");
        for (RecordedEvent step : steps) {
            assertThat(step.getString("job")).isEqualTo(result.jobId().toString());
            assertThat(step.getString("kind")).isEqualTo("copy");
            assertThat(step.getString("volume")).isEqualTo(volume.toString());
            assertThat(step.getBoolean("completed")).isTrue();
            assertThat(step.getLong("bytes"))
                    .isEqualTo(step.getString("step").equals("WORK") ? 1 << 20 : 0);
        }
        assertThat(named(events, LeaseEvent.NAME))
                .extracting(
                        e -> e.getString("transition"),
                        e -> e.getString("resource"),
                        e -> e.getString("mode"))
                .containsExactlyInAnyOrder(
                        tuple("ACQUIRED", volume, "exclusive"),
                        tuple("ACQUIRED", other, "shared"),
                        tuple("RELEASED", volume, "exclusive"),
                        tuple("RELEASED", other, "shared"));
    }

    @Test
    void withoutARecorderNoneOfItIsLoaded() throws Exception {
        Path loaded = directory.resolve("loaded.txt");
        ChildJvm child =
                ChildJvm.run(
                        directory,
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xlog:class+load:file=" + loaded,
                                "-Ddomain=" + directory.resolve("domain")),
                        Unrecorded.class,
                        Job.class,
                        VolumeRecord.class,
                        BlockDevice.class,
                        Errno.class);
        assertThat(child.exitCode()).as(child.output()).isZero();
        assertThat(child.output()).contains("outcome=DONE");
        List<String> lines = Files.readAllLines(loaded);
        assertThat(lines).anyMatch(line -> line.contains("io.tenure.jobs.JobEvents "));
        assertThat(lines.stream().filter(line -> line.contains(" jdk.jfr."))).hasSize(1);
        assertThat(lines).noneMatch(line -> line.contains("io.tenure.jobs.StepEvent "));
    }

    /** One job in a process where nothing records. */
    static final class Unrecorded {
        private Unrecorded() {}

        public static void main(String[] words) throws Exception {
            Path domain = Files.createDirectory(Path.of(System.getProperty("domain")));
            try (TestDomain agent = TestDomain.create(domain)) {
                System.out.println(
                        agent.run(agent.create(UUID.randomUUID(), 4096, Optional.empty())));
            }
        }
    }

    private static org.assertj.core.groups.Tuple tuple(String what, UUID volume, String mode) {
        return org.assertj.core.groups.Tuple.tuple(what, volume.toString(), mode);
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .sorted(java.util.Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }
}
