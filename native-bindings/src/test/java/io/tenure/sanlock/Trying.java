package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests of this package say over and over. */
final class Trying {
    private Trying() {}

    /** Fails if the call does not. */
    static SanlockException failure(ThrowingCallable call) {
        SanlockException failure = catchThrowableOfType(SanlockException.class, call);
        assertThat(failure).as("it should have failed").isNotNull();
        return failure;
    }

    static void await(Duration limit, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("not within " + limit).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    static List<LeaseClaim> exclusive(Resource resource) {
        return List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE));
    }
}
