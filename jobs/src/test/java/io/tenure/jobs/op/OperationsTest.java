package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.InvalidRequestException;
import io.tenure.format.Allocation;
import io.tenure.format.Legality;
import io.tenure.io.Zeroing;
import io.tenure.io.copy.CopyPlan;
import io.tenure.io.copy.CopyTarget;
import io.tenure.io.copy.CopyTuning;
import io.tenure.io.copy.Offload;
import io.tenure.io.engine.EngineKind;
import io.tenure.jobs.IoPriority;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobRecipe;
import io.tenure.jobs.JobTarget;
import io.tenure.jobs.WorkerOrder;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that another process makes is the one that was told of. */
class OperationsTest {
    private static final IoPriority PRIORITY = new IoPriority(IoPriority.Kind.BEST_EFFORT, 6);

    /** Nothing in it is the default. */
    private static final CopySettings COPY =
            new CopySettings(
                    new CopyTuning(EngineKind.THREADS, 64 << 10, 3, 5 << 20),
                    new CopyTarget(
                            CopyPlan.DestinationState.READS_AS_ZERO,
                            Zeroing.KEEP_ALLOCATED,
                            true,
                            Offload.AUTO),
                    CopyPlan.Check.VERIFY,
                    PRIORITY);

    private static final ZeroSettings ZERO = new ZeroSettings(7 << 20, PRIORITY);

    @TempDir Path directory;

    @Test
    void aJobOfEachKindIsMadeAnewFromItsRecipeWithAllItsSettings() throws Exception {
        UUID volume = UUID.randomUUID();
        UUID id = UUID.randomUUID();
        try (TestDomain agent = domain("one");
                TestDomain other = domain("two")) {
            var domain = agent.domain();
            CopySource outside = new CopySource.Outside(Path.of("a \u00e4=\\"));
            VolumeSpec spec =
                    new VolumeSpec(
                            volume,
                            1 << 20,
                            Allocation.PREALLOCATED,
                            Optional.of(Path.of("/dev/some")),
                            "a\tb\nc\rd\\");
            VolumeChanges changes =
                    new VolumeChanges(
                            Optional.of(""), Optional.of(Legality.ILLEGAL), OptionalLong.of(4096));
            List<Job> jobs =
                    List.of(
                            new CopyVolume(id, outside, domain, volume, null, COPY),
                            new CopyVolume(
                                    id,
                                    new CopySource.OfVolume(domain, id),
                                    domain,
                                    volume,
                                    4L,
                                    COPY),
                            new CopyVolume(
                                    id,
                                    new CopySource.OfVolume(other.domain(), id),
                                    domain,
                                    volume,
                                    4L,
                                    CopySettings.DEFAULT),
                            CopyVolume.ofSeveral(
                                    id,
                                    List.of(
                                            new Transfer(
                                                    outside, new JobTarget(domain, volume, 4L)),
                                            new Transfer(
                                                    new CopySource.OfVolume(other.domain(), id),
                                                    new JobTarget(
                                                            other.domain(), new UUID(7, 8), 5L)),
                                            new Transfer(
                                                    outside,
                                                    new JobTarget(domain, new UUID(8, 9), null))),
                                    COPY),
                            new ExportVolume(id, domain, volume, Path.of("/some/where"), COPY),
                            new ZeroVolume(id, domain, volume, 0L, ZeroVolume.Discard.AFTER, ZERO),
                            new DiscardVolume(id, domain, volume, 9L, ZERO),
                            new FillVolume(id, domain, volume, 9L, ZERO),
                            new DeleteVolume(id, domain, volume, 9L),
                            new CreateVolume(id, domain, spec),
                            new UpdateVolume(id, domain, volume, 9L, changes),
                            new UpdateVolume(id, domain, volume, 9L, VolumeChanges.NONE));
            for (Job job : jobs) {
                JobRecipe recipe = job.recipe().orElseThrow();
                WorkerOrder order = order(job, recipe);
                Job made = new Operations().make(order, domain);
                assertThat(made).hasSameClassAs(job);
                assertThat(made.request()).isEqualTo(job.request());
                assertThat(made.bufferBytes()).isEqualTo(job.bufferBytes());
                assertThat(made.ioPriority()).isEqualTo(job.ioPriority());
                assertThat(made.recipe()).contains(recipe);
                assertThat(targets(made)).isEqualTo(targets(job));
            }
            assertThat(jobs.getFirst().recipe().orElseThrow().parameters().values())
                    .contains("VERIFY", "65536", "3", "5242880", "READS_AS_ZERO", "AUTO", "6");
        }
    }

    @Test
    void whatCannotBeMadeIsRefused() throws Exception {
        try (TestDomain agent = domain("one")) {
            Job job = new DeleteVolume(UUID.randomUUID(), agent.domain(), UUID.randomUUID(), 1L);
            assertThatThrownBy(() -> make(agent, job, Map.of("operation", "melt")))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("melt");
            assertThatThrownBy(() -> make(agent, job, Map.of("operation", "copy")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(
                            () -> make(agent, job, Map.of("operation", "zero", "discard", "SOON")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Job make(TestDomain agent, Job job, Map<String, String> parameters)
            throws IOException {
        JobRecipe recipe = JobRecipe.of(Operations.class, parameters);
        return new Operations().make(order(job, recipe), agent.domain());
    }

    private static WorkerOrder order(Job job, JobRecipe recipe) {
        return new WorkerOrder(
                job.request().id(), job.request().kind(), targets(job), job.isAbortable(), recipe);
    }

    private static List<WorkerOrder.Target> targets(Job job) {
        return job.targets().stream()
                .map(each ->
                        new WorkerOrder.Target(
                                each.domain().path(),
                                each.domain().id(),
                                each.volumeId(),
                                each.expectedGeneration()))
                .toList();
    }

    private TestDomain domain(String name) throws IOException {
        return TestDomain.create(Files.createDirectory(directory.resolve(name)));
    }
}
