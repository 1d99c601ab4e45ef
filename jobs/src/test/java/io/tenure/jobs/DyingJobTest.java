package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Volume;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseState;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job whose thread meets an error that nobody counts on ends like any other. */
class DyingJobTest {
    private enum Hook {
        CLAIMS,
        VALIDATE,
        WORK,
        COMMIT,
        CLEAN_UP,
        ROLL_BACK,
        CLOSE,
        PRIORITY,
        START_ACQUIRE,
        START_VALIDATE,
        START_WORK,
        START_COMMIT,
        START_RELEASE,
        FINISH_ACQUIRE,
        FINISH_VALIDATE,
        FINISH_WORK,
        FINISH_COMMIT,
        FINISH_RELEASE,
        RECORD
    }

    /** After these the commit is on storage. */
    private static final Set<Hook> COMMITTED =
            EnumSet.of(
                    Hook.CLEAN_UP,
                    Hook.FINISH_COMMIT,
                    Hook.START_RELEASE,
                    Hook.CLOSE,
                    Hook.FINISH_RELEASE);

    /** Cannot even say what it is, as if a class were missing for that. */
    private static final class Unspeakable extends Error {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new NoClassDefFoundError("even this");
        }
    }

    /** Checked, and declared nowhere: other languages throw such. */
    private static final class Undeclared extends Exception {
        private static final long serialVersionUID = 1L;
    }

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
    void whateverAHookThrowsTheJobEndsTellsItAndLetsItsLeaseGo() throws Exception {
        List<Supplier<Throwable>> errors =
                List.of(
                        () -> new NoClassDefFoundError("io/tenure/Missing"),
                        Unspeakable::new,
                        Undeclared::new);
        for (Hook hook : Hook.values()) {
            for (Supplier<Throwable> error : errors) {
                long before = agent.record(volume).generation();
                Thrower thrower = new Thrower(EnumSet.of(hook), error);

                JobResult result = TestDomain.await(submit(thrower));

                String what = hook + " throws " + error.get().getClass();
                boolean committed = COMMITTED.contains(hook) || hook == Hook.ROLL_BACK;
                long after = agent.record(volume).generation();
                assertThat(after - before).as(what).isBetween(0L, 1L);
                assertThat(result.outcome())
                        .as(what)
                        .isEqualTo(after > before ? JobState.DONE : JobState.FAILED);
                if (committed) {
                    assertThat(after).as(what).isGreaterThan(before);
                }
                assertThat(agent.lease(volume)).as(what).isInstanceOf(LeaseState.Free.class);
            }
        }
    }

    @Test
    void aJobThatThrowsEverywhereEndsAndTheRunnersThreadsLiveOn() throws Exception {
        for (Supplier<Throwable> error :
                List.<Supplier<Throwable>>of(Unspeakable::new, StackOverflowError::new)) {
            for (Hook first : EnumSet.range(Hook.CLAIMS, Hook.COMMIT)) {
                Set<Hook> hooks = EnumSet.complementOf(EnumSet.range(Hook.CLAIMS, Hook.COMMIT));
                hooks.removeAll(EnumSet.range(Hook.START_ACQUIRE, Hook.START_COMMIT));
                hooks.removeAll(EnumSet.range(Hook.FINISH_ACQUIRE, Hook.FINISH_WORK));
                hooks.removeAll(Set.of(Hook.RECORD, Hook.PRIORITY));
                hooks.add(first);

                JobResult result = TestDomain.await(submit(new Thrower(hooks, error)));

                assertThat(result.outcome()).isEqualTo(JobState.FAILED);
                assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
            }
        }
        TestDomain.requireDone(
                agent.run(
                        new BodyJob(UUID.randomUUID(), agent.domain(), volume, 1L, context -> {})));
    }

    private JobHandle submit(Thrower thrower) throws JobRejectedException {
        return agent.runner()
                .submit(new DyingJob(agent, volume, thrower), new DyingObserver(thrower));
    }

    /** Throws at some hooks, whatever may be declared there. */
    private record Thrower(Set<Hook> hooks, Supplier<Throwable> error) {
        void at(Hook hook) {
            if (hooks.contains(hook)) {
                sneak(error.get());
            }
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <E extends Throwable> void sneak(Throwable e) throws E {
            throw (E) e;
        }
    }

    private static final class DyingObserver implements JobObserver {
        private final Thrower thrower;

        DyingObserver(Thrower thrower) {
            this.thrower = thrower;
        }

        @Override
        public void stepStarted(Job job, JobStep step) {
            thrower.at(Hook.valueOf("START_" + step));
        }

        @Override
        public void stepFinished(Job job, JobStep step) {
            thrower.at(Hook.valueOf("FINISH_" + step));
        }

        @Override
        public void recordWritten(Job job, VolumeRecord record) {
            thrower.at(Hook.RECORD);
        }
    }

    private static final class DyingJob extends BodyJob {
        private final Thrower thrower;

        DyingJob(TestDomain agent, UUID volume, Thrower thrower) {
            super(
                    UUID.randomUUID(),
                    agent.domain(),
                    volume,
                    null,
                    context -> thrower.at(Hook.WORK));
            this.thrower = thrower;
        }

        @Override
        public IoPriority ioPriority() {
            thrower.at(Hook.PRIORITY);
            return super.ioPriority();
        }

        @Override
        public List<LeaseClaim> claims(@Nullable Volume target) throws IOException {
            thrower.at(Hook.CLAIMS);
            return super.claims(target);
        }

        @Override
        public void validate(JobContext context) {
            thrower.at(Hook.VALIDATE);
        }

        @Override
        public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
            thrower.at(Hook.COMMIT);
            return super.commit(context, current);
        }

        @Override
        public void cleanUp(JobContext context) {
            thrower.at(Hook.CLEAN_UP);
        }

        @Override
        public void rollBack(JobContext context) {
            thrower.at(Hook.ROLL_BACK);
        }

        @Override
        public void close() {
            thrower.at(Hook.CLOSE);
        }
    }
}
