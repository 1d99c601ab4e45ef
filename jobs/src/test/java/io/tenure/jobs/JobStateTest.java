package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which state may follow which. */
class JobStateTest {
    private static final Map<JobState, Set<JobState>> LEGAL =
            Map.of(
                    JobState.PENDING, Set.of(JobState.RUNNING, JobState.ABORTED),
                    JobState.RUNNING, Set.of(JobState.ABORTING, JobState.DONE, JobState.FAILED),
                    JobState.ABORTING, Set.of(JobState.ABORTED, JobState.DONE, JobState.FAILED),
                    JobState.DONE, Set.of(),
                    JobState.ABORTED, Set.of(),
                    JobState.FAILED, Set.of());

    @Test
    @Tag("ovirt-55")
    void ofAllPairsOnlyTheLegalOnesMayFollowEachOther() {
        for (JobState from : JobState.values()) {
            for (JobState to : JobState.values()) {
                assertThat(from.mayBecome(to))
                        .as(from + " to " + to)
                        .isEqualTo(LEGAL.getOrDefault(from, Set.of()).contains(to));
            }
        }
    }

    @Test
    void aStateThatNothingMayFollowIsThatOfAJobThatEnded() {
        for (JobState state : JobState.values()) {
            boolean last = List.of(JobState.values()).stream().noneMatch(state::mayBecome);
            assertThat(state.isActive()).as(state.toString()).isEqualTo(!last);
        }
    }

    @Test
    @Tag("ovirt-55")
    void whateverIsTriedAJobsLifeKeepsToTheLegalTransitions() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int run = 0; run < 2_000; run++) {
            JobLife life = new JobLife();
            List<JobState> seen = new ArrayList<>(List.of(life.state()));
            for (int i = 0; i < 12; i++) {
                JobState before = life.state();
                boolean changed = tryOne(life, random.nextInt(6));
                JobState after = life.state();
                assertThat(changed).isEqualTo(before != after);
                if (changed) {
                    assertThat(before.mayBecome(after)).as(seen + " to " + after).isTrue();
                    seen.add(after);
                }
                assertThat(life.result().isPresent()).isEqualTo(!after.isActive());
            }
            life.result().ifPresent(told -> assertThat(told.outcome()).isEqualTo(life.state()));
        }
    }

    @Test
    void theResultThatWasToldFirstStays() {
        JobLife life = new JobLife();
        assertThat(life.begin()).isTrue();
        assertThat(life.end(result(JobState.DONE))).isTrue();
        assertThat(life.end(result(JobState.FAILED))).isFalse();
        assertThat(life.state()).isEqualTo(JobState.DONE);
    }

    private static boolean tryOne(JobLife life, int what) {
        return switch (what) {
            case 0 -> life.begin();
            case 1 -> life.stop();
            case 2 -> life.endUnbegun(result(JobState.ABORTED));
            case 3 -> life.end(result(JobState.DONE));
            case 4 -> life.end(result(JobState.FAILED));
            default -> life.end(result(JobState.ABORTED));
        };
    }

    private static JobResult result(JobState outcome) {
        @Nullable JobFailure none = null;
        return new JobResult(
                new UUID(1, 2),
                "test",
                new UUID(3, 4),
                new UUID(5, 6),
                outcome,
                null,
                null,
                DataMoved.NONE,
                Map.of(),
                List.of(),
                none);
    }
}
