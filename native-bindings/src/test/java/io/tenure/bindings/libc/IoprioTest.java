package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Priorities are set on threads of their own, which take them along when they end. */
final class IoprioTest {
    private static final int IDLE = Ioprio.IOPRIO_CLASS_IDLE << Ioprio.IOPRIO_CLASS_SHIFT;

    private static int onThread(Callable<Integer> body) throws Exception {
        FutureTask<Integer> task = new FutureTask<>(body);
        Thread.ofPlatform().start(task);
        return task.get();
    }

    @Test
    void a_priority_is_read_back_as_it_was_set() throws Exception {
        for (int level = 0; level < Ioprio.IOPRIO_NR_LEVELS; level++) {
            int priority = Ioprio.IOPRIO_CLASS_BE << Ioprio.IOPRIO_CLASS_SHIFT | level;
            assertThat(
                            onThread(() -> {
                                assertThat(Ioprio.set(priority)).isZero();
                                return Ioprio.get();
                            }))
                    .isEqualTo(priority);
        }
    }

    @Test
    void a_thread_inherits_the_priority_of_the_one_that_starts_it() throws Exception {
        assertThat(
                        onThread(() -> {
                            assertThat(Ioprio.set(IDLE)).isZero();
                            return onThread(Ioprio::get);
                        }))
                .isEqualTo(IDLE);
    }

    @Test
    void another_thread_keeps_its_own() throws Exception {
        int before = Ioprio.get();
        assertThat(onThread(() -> Ioprio.set(IDLE))).isZero();
        assertThat(Ioprio.get()).isEqualTo(before).isNotEqualTo(IDLE);
    }

    @Test
    void a_class_that_does_not_exist_is_refused_by_the_kernel() throws Exception {
        assertThat(onThread(() -> Ioprio.set(6 << Ioprio.IOPRIO_CLASS_SHIFT)))
                .isEqualTo(-Errno.EINVAL);
    }
}
