package io.tenure.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says to its agent on its standard output, a word in a line. Anything else that is
 * printed there, by the JVM or by a library, is passed over, however long it is and whether it ends
 * its line or not.
 */
final class WorkerWords {
    /** Begins each word, so that no rubbish is taken for one. */
    private static final String SIGN = "@tenure ";

    private static final String READY = "ready";
    private static final String STARTED = "started ";
    private static final String FINISHED = "finished ";
    private static final String PROGRESS = "progress ";
    private static final String LEFT = "left";

    /** Longer than any word. */
    private static final int LINE_BYTES = 256;

    /** Who wants to know. */
    interface Listener {
        /** The worker has come up, and reads its order now. */
        void ready();

        /** A step begins. */
        void started(JobStep step);

        /** A step has ended without an error. */
        void finished(JobStep step);

        /** How far the work is. */
        void progress(JobProgress progress);

        /** The job has ended, its leases are released, and its result lies in its file. */
        void left();
    }

    private WorkerWords() {}

    static String ready() {
        return line(READY);
    }

    static String started(JobStep step) {
        return line(STARTED + step);
    }

    static String finished(JobStep step) {
        return line(FINISHED + step);
    }

    static String progress(JobProgress progress) {
        return line(PROGRESS + progress.bytesDone() + " " + progress.bytesTotal());
    }

    static String left() {
        return line(LEFT);
    }

    /** In a line of its own, whatever was printed before it. */
    private static String line(String word) {
        return "\n" + SIGN + word + "\n";
    }

    /** Tells all words up to the end of the stream. */
    static void read(InputStream words, Listener listener) throws IOException {
        byte[] chunk = new byte[4096];
        byte[] line = new byte[LINE_BYTES];
        int length = 0;
        int count = words.read(chunk);
        while (count >= 0) {
            for (int i = 0; i < count; i++) {
                if (chunk[i] == '\n') {
                    if (length < LINE_BYTES) {
                        tell(new String(line, 0, length, StandardCharsets.US_ASCII), listener);
                    }
                    length = 0;
                } else if (length < LINE_BYTES) {
                    line[length] = chunk[i];
                    length++;
                }
            }
            count = words.read(chunk);
        }
    }

    private static void tell(String line, Listener listener) {
        if (!line.startsWith(SIGN)) {
            return;
        }
        String word = line.substring(SIGN.length());
        if (word.equals(READY)) {
            listener.ready();
        } else if (word.equals(LEFT)) {
            listener.left();
        } else if (word.startsWith(STARTED)) {
            step(word.substring(STARTED.length())).ifPresent(listener::started);
        } else if (word.startsWith(FINISHED)) {
            step(word.substring(FINISHED.length())).ifPresent(listener::finished);
        } else if (word.startsWith(PROGRESS)) {
            JobProgress progress = numbers(word.substring(PROGRESS.length()));
            if (progress != null) {
                listener.progress(progress);
            }
        }
    }

    private static Optional<JobStep> step(String name) {
        for (JobStep step : JobStep.values()) {
            if (step.name().equals(name)) {
                return Optional.of(step);
            }
        }
        return Optional.empty();
    }

    private static @Nullable JobProgress numbers(String text) {
        String[] numbers = text.split(" ", -1);
        try {
            return numbers.length == 2
                    ? new JobProgress(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]))
                    : null;
        } catch (NumberFormatException e) {
            return null; // rubbish that looks like a word
        }
    }
}
