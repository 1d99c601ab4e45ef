package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runners that share a budget leave each other. No threads: the test ends what has begun. */
class BufferBudgetTest {
    private static final long LIMIT = 100;

    private final BufferBudget budget = new BufferBudget(LIMIT);
    private final Runner a = new Runner(3);
    private final Runner b = new Runner(3);

    /** A queue whose jobs end when the test likes, in the order in which they began. */
    private final class Runner {
        private final List<Runnable> started = new ArrayList<>();
        private final JobQueue queue;

        Runner(int places) {
            queue = new JobQueue(places, 3, budget, started::add);
        }

        Runnable offer(long bufferBytes) {
            Runnable work = () -> {};
            assertThat(queue.offer(work, bufferBytes)).isTrue();
            return work;
        }

        void end(int index) {
            started.get(index).run();
        }

        int begun() {
            return started.size();
        }
    }

    @Test
    void theJobsOfAllRunnersTogetherStayWithinTheBudget() {
        a.offer(60);
        b.offer(41);
        assertThat(b.begun()).isZero();
        assertThat(budget.usedBytes()).isEqualTo(60);
        a.end(0);
        assertThat(b.begun()).as("what one runner gave back another has").isEqualTo(1);
        assertThat(budget.usedBytes()).isEqualTo(41);
        b.end(0);
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void smallJobsOfOneRunnerDoNotStarveALargeOneOfAnother() {
        a.offer(40);
        b.offer(90);
        a.offer(10);
        assertThat(a.begun()).as("there was room for it, but it came later").isEqualTo(1);
        a.end(0);
        assertThat(b.begun()).isEqualTo(1);
        assertThat(a.begun()).as("beside the large one").isEqualTo(2);
    }

    @Test
    void runnersThatWaitTakeTurns() {
        Runner c = new Runner(3);
        c.offer(LIMIT);
        for (int i = 0; i < 2; i++) {
            a.offer(LIMIT);
            b.offer(LIMIT);
        }
        c.end(0);
        assertThat(List.of(a.begun(), b.begun())).containsExactly(1, 0);
        a.end(0);
        assertThat(List.of(a.begun(), b.begun())).containsExactly(1, 1);
        b.end(0);
        assertThat(List.of(a.begun(), b.begun())).containsExactly(2, 1);
        a.end(1);
        assertThat(List.of(a.begun(), b.begun())).containsExactly(2, 2);
    }

    @Test
    void whoIsTakenBackOrHasNoPlaceKeepsNothingFromOthers() {
        a.offer(60);
        Runnable large = b.offer(90);
        Runner c = new Runner(1);
        c.offer(40);
        assertThat(c.begun()).isZero();
        b.queue.withdraw(large);
        assertThat(c.begun()).isEqualTo(1);
        c.offer(40); // waits for its runner's place, not for memory
        a.end(0);
        a.offer(60);
        assertThat(a.begun()).isEqualTo(2);
    }

    @Test
    void aJobThatIsRefusedKeepsNothingFromOthers() {
        Runner full = new Runner(1);
        full.offer(0);
        for (int i = 0; i < 3; i++) {
            full.offer(0);
        }
        assertThat(full.queue.offer(() -> {}, LIMIT)).isFalse();
        a.offer(LIMIT);
        assertThat(a.begun()).isEqualTo(1);
    }

    @Test
    void jobsWithoutBuffersPassAndWaitForNobody() {
        a.offer(LIMIT);
        b.offer(1);
        b.offer(0);
        assertThat(b.begun()).isEqualTo(1);
        b.end(0);
        a.end(0);
        assertThat(b.begun()).isEqualTo(2);
    }

    @Test
    void runnersShareTheBudgetOfTheProcessUnlessTheyAreGivenAnother() {
        assertThat(JobSettings.DEFAULT.buffers()).isSameAs(BufferBudget.OF_PROCESS);
        assertThat(BufferBudget.OF_PROCESS.limitBytes())
                .isEqualTo(JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);
    }
}
