package io.tenure.testing.sanlock;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Steps that are all taken, though some fail; the first failure is kept, with the others. */
final class TakeDown {
    private @Nullable IOException first;

    /** One step. */
    interface Step {
        void take() throws IOException;
    }

    void run(Step step) {
        try {
            step.take();
        } catch (IOException e) {
            if (first == null) {
                first = e;
            } else {
                first.addSuppressed(e);
            }
        }
    }

    void throwFirst() {
        if (first != null) {
            throw new UncheckedIOException(first);
        }
    }
}
