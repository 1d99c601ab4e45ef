package io.tenure.jobs.matrix;

import io.tenure.bindings.Errno;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.jobs.Job;
import io.tenure.testing.process.ChildJvm;
import io.tenure.testing.process.ChildProcess;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parent's end of a {@link MatrixChild}. */
final class JobProcess implements AutoCloseable {
    /** More than a busy machine, and a takeover in between, need. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final ChildProcess process;
    private boolean ready;

    private JobProcess(ChildProcess process) {
        this.process = process;
    }

    /** Starts one on a host of a lab; it is not ready yet. */
    static JobProcess start(SanlockLab lab, int host, Path folder) throws IOException {
        // Where time passes faster, who holds a lease must not wait for others that compute.
        List<String> command = new ArrayList<>(List.of("nice", "-n", "-15"));
        command.addAll(
                ChildJvm.command(
                        folder,
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-Xmx64m"),
                        MatrixChild.class,
                        Job.class,
                        VolumeRecord.class,
                        BlockDevice.class,
                        Errno.class));
        command.add(lab.runDirectory(host).toString());
        return new JobProcess(lab.startProcess(host, command));
    }

    /** Waits until it takes an order. */
    void awaitReady() throws IOException {
        if (!ready) {
            process.awaitLine(MatrixChild.READY, LIMIT);
            ready = true;
        }
    }

    /** Lets it begin with a job. */
    void order(MatrixChild.Order order) throws IOException {
        awaitReady();
        ready = false;
        process.tell(order.line());
    }

    /** What it says next of its job: that it waits, did an operation, or has ended. */
    String next() throws IOException {
        while (true) {
            String line = process.awaitLine("", LIMIT);
            if (line.startsWith(Checkpoints.BEFORE)
                    || line.startsWith(Checkpoints.AFTER)
                    || line.startsWith(Checkpoints.OPERATION)) {
                return line;
            }
            if (line.startsWith(MatrixChild.ENDED)) {
                awaitReady();
                return line;
            }
        }
    }

    /** Lets it go on from where it waits; nothing happens if somebody has killed it. */
    void goOn() throws IOException {
        try {
            process.tell("");
        } catch (IOException e) {
            process.awaitEnd(LIMIT); // throws if it lives
        }
    }

    /** How its job ends, wherever it still waits; empty if the process ends without a word. */
    Optional<String> awaitEnd() throws IOException {
        while (true) {
            String line;
            try {
                line = next();
            } catch (IOException e) {
                if (process.isAlive()) {
                    throw e;
                }
                return Optional.empty();
            }
            if (line.startsWith(MatrixChild.ENDED)) {
                return Optional.of(line.substring(MatrixChild.ENDED.length()));
            }
            if (!line.startsWith(Checkpoints.OPERATION)) {
                goOn();
            }
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL, without waiting until it is gone: its writes may still be under way. */
    void kill() throws IOException {
        process.signal("KILL");
    }

    void stop() throws IOException {
        process.stop();
    }

    void cont() throws IOException {
        process.cont();
    }

    String said() throws IOException {
        return process.said();
    }

    /** SIGKILL. */
    @Override
    public void close() throws IOException {
        process.close();
    }
}
