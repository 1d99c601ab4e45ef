package io.tenure.jobs.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Runs several actions, each even if one before it failed. The first failure counts. */
public final class TryAll {
    private @Nullable Throwable first;

    /** Begins with no failure. */
    public TryAll() {}

    /**
     * Runs an action.
     *
     * @param action what to do; its failure is kept until {@link #throwFirst}
     */
    public void run(IoAction action) {
        try {
            action.run();
        } catch (Throwable e) { // whatever it is: the other actions are due all the same
            if (first == null) {
                first = e;
            } else if (!first.equals(e)) {
                first.addSuppressed(e);
            }
        }
    }

    /**
     * Ends the series.
     *
     * @throws IOException the first failure if there was one, the others suppressed in it
     */
    public void throwFirst() throws IOException {
        if (first == null) {
            return;
        }
        switch (first) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IOException(first);
        }
    }
}
