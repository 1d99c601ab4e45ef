package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** In which order jobs begin. No threads: what the queue has begun, the test ends when it likes. */
class JobQueueTest {
    private static final int PLACES = 3;
    private static final int MAY_WAIT = 3;
    private static final long LIMIT = 100;

    private final List<Runnable> started = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final Map<String, Runnable> works = new HashMap<>();
    private final JobQueue queue =
            new JobQueue(PLACES, MAY_WAIT, new BufferBudget(LIMIT), started::add);

    private boolean offer(String name, long bufferBytes) {
        Runnable work = () -> ended.add(name);
        works.put(name, work);
        return queue.offer(work, bufferBytes);
    }

    private void withdraw(String name) {
        queue.withdraw(Objects.requireNonNull(works.get(name)));
    }

    /** Lets the job run that was started as the given one of all, and says which it was. */
    private String end(int index) {
        started.get(index).run();
        return ended.getLast();
    }

    @Test
    void noMoreJobsRunThanThereArePlacesAndTheRestBeginInTheirOrder() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            assertThat(offer(name, 0)).isTrue();
        }
        assertThat(started).hasSize(PLACES);
        for (int i = 0; i < 5; i++) {
            end(i);
            assertThat(started).hasSize(Math.min(5, PLACES + i + 1));
        }
        assertThat(ended).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void aJobBeginsOnlyWhenItsMemoryIsLeft() {
        offer("a", 60);
        offer("b", 41);
        assertThat(started).hasSize(1);
        assertThat(end(0)).isEqualTo("a");
        assertThat(started).hasSize(2);
        assertThat(end(1)).isEqualTo("b");
        // What has ended has given back all of it.
        offer("c", LIMIT);
        assertThat(started).hasSize(3);
    }

    @Test
    void smallJobsDoNotStarveALargeOne() {
        offer("small 1", 40);
        offer("small 2", 40);
        offer("large", 90);
        // There would be a place and memory for it, but the large one came first.
        offer("small 3", 10);
        offer("small 4", 10);
        assertThat(started).hasSize(2);
        end(0);
        assertThat(started).as("40 are in use, 90 do not fit yet").hasSize(2);
        end(1);
        assertThat(started).as("the large one, and the first one behind it").hasSize(4);
        assertThat(end(2)).isEqualTo("large");
        assertThat(end(3)).isEqualTo("small 3");
        assertThat(end(4)).isEqualTo("small 4");
    }

    @Test
    void aJobWithoutBuffersPassesThoseThatWaitForMemory() {
        offer("a", 60);
        offer("b", 60);
        offer("c", 0);
        assertThat(started).hasSize(2);
        assertThat(end(1)).isEqualTo("c");
        assertThat(end(0)).isEqualTo("a");
        assertThat(end(2)).isEqualTo("b");
    }

    @Test
    void tooManyThatWaitAreRefusedWhateverTheyWaitFor() {
        offer("a", LIMIT);
        for (String name : List.of("b", "c", "d")) {
            assertThat(offer(name, 1)).isTrue();
        }
        assertThat(offer("e", 1)).isFalse();
        assertThat(offer("begins at once", 0)).isTrue();
        withdraw("c");
        assertThat(offer("f", 1)).isTrue();
        end(0);
        assertThat(end(2)).isEqualTo("b");
        assertThat(end(3)).isEqualTo("d");
        assertThat(end(4)).isEqualTo("f");
    }

    @Test
    void aJobThatIsTakenBackLetsThoseBehindItBegin() {
        offer("a", 60);
        offer("large", 90);
        offer("b", 40);
        assertThat(started).hasSize(1);
        withdraw("large");
        assertThat(started).hasSize(2);
        assertThat(end(1)).isEqualTo("b");
    }

    @Test
    void whatHasBegunIsNotTakenBackAndKeepsItsMemory() {
        offer("a", LIMIT);
        withdraw("a");
        offer("b", 1);
        assertThat(started).hasSize(1);
        end(0);
        assertThat(started).hasSize(2);
    }

    @Test
    void aJobThatThrowsGivesItsPlaceAndItsMemoryBack() {
        queue.offer(
                () -> {
                    throw new IllegalStateException("ordered by the test");
                },
                LIMIT);
        offer("b", LIMIT);
        assertThatThrownBy(started.getFirst()::run).isInstanceOf(IllegalStateException.class);
        assertThat(started).hasSize(2);
    }

    @Test
    void aJobForWhichThereIsNoThreadIsNotKept() {
        JobQueue broken =
                new JobQueue(
                        PLACES,
                        MAY_WAIT,
                        new BufferBudget(LIMIT),
                        work -> {
                            throw new IllegalStateException("no thread");
                        });
        for (int i = 0; i < MAY_WAIT + 1; i++) {
            assertThatThrownBy(() -> broken.offer(() -> {}, LIMIT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no thread");
        }
    }

    @Test
    void numbersThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new JobQueue(0, 1, new BufferBudget(1), started::add))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new JobQueue(1, 0, new BufferBudget(1), started::add))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BufferBudget(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> offer("a", LIMIT + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> offer("a", -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
