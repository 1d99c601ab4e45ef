package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.Legality;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.lease.LeaseState;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.TestDomain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A volume at its last generation can be read, and nothing else: no job could leave it. */
class LastGenerationTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;

    /** The kinds of jobs that leave a generation. */
    enum Kind {
        COPY {
            @Override
            Job job(TestDomain agent, UUID volume, Path source) {
                return agent.copy(source, volume, Long.MAX_VALUE);
            }
        },
        ZERO {
            @Override
            Job job(TestDomain agent, UUID volume, Path source) {
                return new ZeroVolume(
                        UUID.randomUUID(),
                        agent.domain(),
                        volume,
                        Long.MAX_VALUE,
                        ZeroVolume.Discard.NONE,
                        ZeroSettings.DEFAULT);
            }
        },
        DISCARD {
            @Override
            Job job(TestDomain agent, UUID volume, Path source) {
                return new DiscardVolume(
                        UUID.randomUUID(),
                        agent.domain(),
                        volume,
                        Long.MAX_VALUE,
                        ZeroSettings.DEFAULT);
            }
        },
        FILL {
            @Override
            Job job(TestDomain agent, UUID volume, Path source) {
                return new FillVolume(
                        UUID.randomUUID(),
                        agent.domain(),
                        volume,
                        Long.MAX_VALUE,
                        ZeroSettings.DEFAULT);
            }
        },
        DESCRIBE {
            @Override
            Job job(TestDomain agent, UUID volume, Path source) {
                return update(agent.domain(), volume, VolumeChanges.NONE.withDescription("new"));
            }
        },
        CONDEMN {
            @Override
            Job job(TestDomain agent, UUID volume, Path source) {
                return update(
                        agent.domain(), volume, VolumeChanges.NONE.withLegality(Legality.ILLEGAL));
            }
        },
        GROW {
            @Override
            Job job(TestDomain agent, UUID volume, Path source) {
                return update(
                        agent.domain(), volume, VolumeChanges.NONE.withCapacityBytes(2L * BYTES));
            }
        },
        DELETE {
            @Override
            Job job(TestDomain agent, UUID volume, Path source) {
                return new DeleteVolume(UUID.randomUUID(), agent.domain(), volume, Long.MAX_VALUE);
            }
        };

        abstract Job job(TestDomain agent, UUID volume, Path source);

        static Job update(StorageDomain domain, UUID volume, VolumeChanges changes) {
            return new UpdateVolume(UUID.randomUUID(), domain, volume, Long.MAX_VALUE, changes);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("ovirt-4")
    void aJobThatWouldHaveToLeaveItIsRefusedInOneLineAndChangesNothing(Kind kind) throws Exception {
        Path source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        try (LoopDevice loop = LoopDevice.create(directory, 2 * BYTES, 512);
                TestDomain agent =
                        TestDomain.create(Files.createDirectory(directory.resolve("domain")))) {
            UUID id =
                    kind == Kind.FILL
                            ? agent.createVolume(BYTES, Optional.of(loop.path()))
                            : agent.createVolumeFrom(source);
            agent.setGeneration(id, Long.MAX_VALUE);
            Volume volume = agent.volume(id);
            byte[] slot = agent.slotBytes(volume.slotIndex());
            byte[] data = Files.readAllBytes(volume.dataPath());
            agent.traceDevices();

            JobResult result =
                    agent.run(
                            kind.job(
                                    agent,
                                    id,
                                    TestDomain.randomFile(directory.resolve("other"), BYTES)));

            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            JobFailure failure = Objects.requireNonNull(result.failure());
            assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
            assertThat(failure.step()).isEqualTo(JobStep.VALIDATE);
            assertThat(failure.message())
                    .contains(id.toString())
                    .contains(Long.MAX_VALUE + ", the last one")
                    .contains("copy it to a new volume")
                    .doesNotContain("\n");
            assertThat(result.generationAfter()).isEqualTo(Long.MAX_VALUE);
            assertThat(agent.trace().lines()).noneMatch(line -> line.startsWith("write"));
            assertThat(agent.slotBytes(volume.slotIndex())).isEqualTo(slot);
            assertThat(Files.readAllBytes(volume.dataPath())).isEqualTo(data);
            assertThat(agent.lease(id)).isInstanceOf(LeaseState.Free.class);

            UUID next = agent.createVolume(BYTES);
            TestDomain.requireDone(agent.run(agent.copy(id, next, 1L)));
        }
    }
}
