package io.tenure.recon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.Clock;
import io.tenure.format.ActiveJob;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobState;
import io.tenure.recon.OutcomeResolver.Limits;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scheduler with two hosts, each an agent on the same domain. */
final class OutcomeResolverTest {
    private static final Limits LIMITS = new Limits(Duration.ofMillis(10), 3, 20);

    @TempDir Path folder;
    private Host first;
    private Host second;
    private UUID volume;
    private final UUID job = UUID.randomUUID();

    @BeforeEach
    void open() throws Exception {
        TestDomain agent = TestDomain.create(folder);
        first = new Host(agent);
        second = new Host(TestDomain.open(folder));
        volume = agent.createVolume(4096);
    }

    @AfterEach
    void close() throws Exception {
        first.agent.close();
        second.agent.close();
    }

    @Test
    void aJobThatIsDoneIsCompleted() throws Exception {
        assertThat(resolver().resolve()).isInstanceOf(ReconOutcome.Completed.class);
        assertThat(second.searches).isEqualTo(1);
    }

    @Test
    @Tag("ovirt-76")
    void storageWinsOverAHostThatSaysItFailed() throws Exception {
        first.lie = Optional.of(JobHost.Answer.NOT_DONE);
        first.waitBeforeLying = true;
        assertThat(resolver().resolve()).isInstanceOf(ReconOutcome.Completed.class);
    }

    @Test
    @Tag("ovirt-76")
    void storageWinsOverAHostThatSaysItIsDone() throws Exception {
        first.losesTheJob = true;
        first.lie = Optional.of(JobHost.Answer.DONE);
        assertThat(resolver().resolve()).isEqualTo(new ReconOutcome.NotStarted(true));
    }

    @Test
    void aSubmissionWithoutAnAnswerMayHaveBeenTaken() throws Exception {
        first.silentAfterSubmit = true;
        assertThat(resolver().resolve().isFinal()).isTrue();
        assertThat(first.agent.record(volume).generation()).isEqualTo(2);
    }

    @Test
    @Tag("ovirt-65")
    @Tag("ovirt-77")
    void aLateAnswerOfTheFirstHostChangesNothing() throws Exception {
        first.losesTheJob = true;
        first.silentAfterSubmit = true;
        OutcomeResolver resolver = resolver();
        ReconOutcome outcome = resolver.resolve();
        assertThat(outcome).isEqualTo(new ReconOutcome.NotStarted(true));

        first.losesTheJob = false;
        first.silentAfterSubmit = false;
        first.submit(volume, job, 1); // what it kept comes to life
        assertThat(TestDomain.await(first.handle()).outcome()).isEqualTo(JobState.FAILED);

        assertThat(resolver.resolve()).isSameAs(outcome);
        assertThat(first.agent.record(volume).transitions().getFirst().kind())
                .isEqualTo(TransitionKind.FENCED);
    }

    @Test
    @Tag("ovirt-60")
    void anAgentThatForgotTheJobIsNoEnd() throws Exception {
        first.losesTheJob = true;
        assertThat(resolver().resolve()).isEqualTo(new ReconOutcome.NotStarted(true));
    }

    @Test
    @Tag("ovirt-73")
    void withoutAHostThatAnswersNothingIsKnownAndThatIsBounded() throws Exception {
        first.losesTheJob = true;
        first.silentAfterSubmit = true;
        second.blind = true;
        OutcomeResolver resolver = resolver();
        assertThat(resolver.resolve()).isInstanceOf(ReconOutcome.Unknown.class);
        assertThat(second.searches).isEqualTo(LIMITS.rounds());
        second.blind = false;
        assertThat(resolver.resolve()).isEqualTo(new ReconOutcome.NotStarted(true));
    }

    @Test
    @Tag("ovirt-70")
    void aGenerationThatMakesNoSenseIsNoOutcomeAndNoLoopWithoutEnd() throws Exception {
        first.losesTheJob = true;
        OutcomeResolver resolver = resolver().resumeAt(7);
        assertThat(resolver.resolve()).isInstanceOf(ReconOutcome.Invalid.class);
        assertThat(second.searches).isEqualTo(LIMITS.rounds());
        assertThat(first.agent.record(volume).generation()).isEqualTo(1);
    }

    @Test
    void nothingIsHandedOverWithoutAGeneration() {
        first.blind = true;
        second.blind = true;
        OutcomeResolver resolver = resolver();
        assertThatThrownBy(resolver::resolve).hasMessageContaining("no host could read");
        assertThat(first.submissions).isZero();
    }

    @Test
    void aSchedulerThatBeganAnewGoesOnWithTheGenerationItKept() throws Exception {
        assertThat(resolver().prepare()).isEqualTo(1);
        first.submit(volume, job, 1);
        TestDomain.await(first.handle());
        assertThat(resolver().resumeAt(1).resolve()).isInstanceOf(ReconOutcome.Completed.class);
        assertThat(first.submissions).isEqualTo(1);
    }

    @Test
    void whateverAHostThrowsItIsOnlySilent() throws Exception {
        first.losesTheJob = true;
        first.broken = true;
        assertThat(resolver().resolve()).isEqualTo(new ReconOutcome.NotStarted(true));
        first.broken = false;
        second.broken = true;
        assertThat(resolver().resumeAt(1).resolve()).isEqualTo(new ReconOutcome.NotStarted(true));
    }

    @Test
    void twoSchedulersThatAskThroughDifferentHostsAreToldTheSame() throws Exception {
        first.losesTheJob = true;
        VolumeRecord cutOff =
                first.agent.record(volume).started(new ActiveJob(job, 0, 0, Instant.now()));
        TestDomain.put(first.agent.domain(), cutOff);
        OutcomeResolver one = resolver().resumeAt(1);
        OutcomeResolver other =
                new OutcomeResolver(List.of(second, first), volume, job, LIMITS, Clock.SYSTEM)
                        .resumeAt(1);
        second.losesTheJob = true;
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<ReconOutcome> answer :
                    List.of(threads.submit(one::resolve), threads.submit(other::resolve))) {
                assertThat(answer.get())
                        .isInstanceOfSatisfying(
                                ReconOutcome.Interrupted.class,
                                it -> assertThat(it.fenced()).isTrue());
            }
        }
        assertThat(first.agent.record(volume).generation()).isEqualTo(2);
    }

    private OutcomeResolver resolver() {
        return new OutcomeResolver(List.of(first, second), volume, job, LIMITS, Clock.SYSTEM);
    }

    /** One host of the scheduler, with what can be wrong with it. */
    private static final class Host implements JobHost {
        private final TestDomain agent;
        private Optional<Answer> lie = Optional.empty();
        private boolean waitBeforeLying;
        private boolean losesTheJob;
        private boolean silentAfterSubmit;
        private boolean silent;
        private boolean blind;
        private boolean broken;
        private int submissions;
        private int searches;
        private @Nullable JobHandle running;

        JobHandle handle() {
            return Objects.requireNonNull(running);
        }

        Host(TestDomain agent) {
            this.agent = agent;
        }

        @Override
        public String name() {
            return "a host of the test";
        }

        @Override
        public long generation(UUID volumeId) throws IOException {
            answer();
            return agent.record(volumeId).generation();
        }

        @Override
        public void submit(UUID volumeId, UUID jobId, long generation) throws IOException {
            submissions++;
            if (!losesTheJob) {
                BodyJob body =
                        new BodyJob(jobId, agent.domain(), volumeId, generation, context -> {});
                running = agent.runner().submit(body, JobObserver.NONE);
            }
            silent = silentAfterSubmit;
            answer();
        }

        @Override
        public Answer poll(UUID jobId) throws IOException {
            answer();
            if (waitBeforeLying) {
                await();
            }
            if (lie.isPresent()) {
                return lie.get();
            }
            if (losesTheJob) {
                return Answer.NOT_KNOWN;
            }
            return switch (handle().state()) {
                case PENDING, RUNNING, ABORTING -> Answer.ACTIVE;
                case DONE -> Answer.DONE;
                case FAILED, ABORTED -> Answer.NOT_DONE;
            };
        }

        private void await() throws IOException {
            try {
                TestDomain.await(handle());
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public ReconOutcome reconnoitre(UUID volumeId, UUID jobId, long generation)
                throws IOException, InterruptedException {
            searches++;
            answer();
            return new Reconnaissance(agent.managers(), HolderRequests.NONE, Clock.SYSTEM)
                    .ask(
                            new ReconQuestion(agent.domain(), volumeId, jobId, generation),
                            ReconSettings.DEFAULT);
        }

        private void answer() throws IOException {
            if (broken) {
                throw new IllegalStateException("the wire is down");
            }
            if (blind || silent) {
                throw new IOException("no answer");
            }
        }
    }
}
