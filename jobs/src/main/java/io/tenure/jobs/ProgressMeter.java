package io.tenure.jobs;

import java.util.function.Supplier;

/**
 * How far a job's work has come, as others see it: what the work says, but never less than before.
 * Safe for use by many threads.
 */
final class ProgressMeter {
    private Supplier<JobProgress> source = () -> JobProgress.NONE;
    private JobProgress last = JobProgress.NONE;

    /** From now on the work is asked here. */
    synchronized void ask(Supplier<JobProgress> newSource) {
        source = newSource;
    }

    synchronized JobProgress now() {
        JobProgress told = source.get();
        last =
                new JobProgress(
                        Math.max(last.bytesDone(), told.bytesDone()),
                        Math.max(last.bytesTotal(), told.bytesTotal()));
        return last;
    }

    /** The work is over: what it said last is kept, and nothing else of it. */
    synchronized void stop() {
        try {
            now();
        } finally {
            JobProgress end = last;
            source = () -> end;
        }
    }
}
