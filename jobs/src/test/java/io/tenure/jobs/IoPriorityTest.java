package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.libc.Ioprio;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The I/O priority that the kernel reports of a job's threads. */
class IoPriorityTest {
    private static final IoPriority LOW = new IoPriority(IoPriority.Kind.BEST_EFFORT, 7);
    private static final int LOW_NUMBER = Ioprio.IOPRIO_CLASS_BE << Ioprio.IOPRIO_CLASS_SHIFT | 7;
    private static final int IDLE_NUMBER = Ioprio.IOPRIO_CLASS_IDLE << Ioprio.IOPRIO_CLASS_SHIFT;

    @TempDir Path directory;
    private final List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
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

    private Job job(IoPriority priority, BodyJob.Body body) {
        return new BodyJob(UUID.randomUUID(), agent.domain(), volume, null, body).at(priority);
    }

    private static int ofAThreadStartedNow() throws IOException {
        FutureTask<Integer> task = new FutureTask<>(Ioprio::get);
        Thread.ofPlatform().start(task);
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    @Test
    void theWorkAndTheThreadsItStartsHaveThePriorityOfTheJob() throws Exception {
        TestDomain.requireDone(
                agent.run(
                        job(
                                LOW,
                                context -> {
                                    seen.add(Ioprio.get());
                                    seen.add(ofAThreadStartedNow());
                                })));
        TestDomain.requireDone(agent.run(job(IoPriority.IDLE, c -> seen.add(Ioprio.get()))));
        assertThat(seen).containsExactly(LOW_NUMBER, LOW_NUMBER, IDLE_NUMBER);
    }

    @Test
    void theThreadsOfACopysEngineHaveThePriorityOfTheJob() throws Exception {
        Path source = TestDomain.randomFile(directory.resolve("source"), 4096);
        Path data = agent.volume(volume).dataPath();
        agent.devices()
                .add(
                        DeviceHook.calling(
                                event -> event.is(data, DeviceEvent.Kind.WRITE),
                                () -> seen.add(Ioprio.get())));
        TestDomain.requireDone(
                agent.run(
                        new CopyVolume(
                                UUID.randomUUID(),
                                new CopySource.Outside(source),
                                agent.domain(),
                                volume,
                                1L,
                                CopySettings.DEFAULT.withIoPriority(LOW))));
        assertThat(seen).containsExactly(LOW_NUMBER);
    }

    @Test
    void recordsAreWrittenAtTheThreadsOwnPriority() throws Exception {
        int own = Ioprio.get();
        JobObserver observer =
                new JobObserver() {
                    @Override
                    public void recordWritten(Job job, VolumeRecord record) {
                        seen.add(Ioprio.get());
                    }
                };
        TestDomain.requireDone(
                TestDomain.await(agent.runner().submit(job(IoPriority.IDLE, c -> {}), observer)));
        assertThat(seen).hasSize(2).containsOnly(own);
    }

    @Test
    void theThreadHasItsOwnPriorityAgainAlsoAfterAFailure() throws Exception {
        int own = Ioprio.get();
        try (JobRunner one = JobRunner.start(agent.managers(), JobSettings.DEFAULT, 1, 4)) {
            Job failing =
                    job(
                            IoPriority.IDLE,
                            context -> {
                                throw new IOException("ordered by the test");
                            });
            assertThat(TestDomain.await(one.submit(failing, JobObserver.NONE)).outcome())
                    .isEqualTo(JobState.FAILED);
            Job next = job(IoPriority.NONE, context -> seen.add(Ioprio.get()));
            TestDomain.requireDone(TestDomain.await(one.submit(next, JobObserver.NONE)));
        }
        assertThat(seen).containsExactly(own);
    }

    @Test
    void aLevelThatTheClassDoesNotHaveIsRefused() {
        for (int level : new int[] {-1, 8}) {
            assertThatThrownBy(() -> new IoPriority(IoPriority.Kind.BEST_EFFORT, level))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 to 7");
        }
        assertThatThrownBy(() -> new IoPriority(IoPriority.Kind.IDLE, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
