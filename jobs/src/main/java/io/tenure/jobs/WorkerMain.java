package io.tenure.jobs;

import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.Sanlock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The process of one job. Reads its order from the standard input, holds the lease, does the work,
 * and says on the standard output how far it is; how the job ended is also kept in a file, for an
 * agent that began anew. Ends with the job.
 *
 * <p>SIGTERM, from sanlock or a person, aborts the job: what is in flight is awaited, the leases
 * are released. When the agent dies its end of the pipe closes: the job is aborted or goes on, as
 * the argument says.
 */
public final class WorkerMain {
    static final String STEP = "step ";
    static final String PROGRESS = "progress ";
    static final String RESULT = "result ";
    static final String ABORT = "abort";
    static final String END_WITH_AGENT = "end-with-agent";

    private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(100);

    private final PrintStream agent;
    private final Path resultFile;
    private volatile boolean abortAsked;
    private volatile Optional<JobHandle> handle = Optional.empty();

    private WorkerMain(PrintStream agent, Path resultFile) {
        this.agent = agent;
        this.resultFile = resultFile;
    }

    /**
     * Runs the process.
     *
     * @param arguments where to keep the result, and what to do when the agent dies
     * @throws Exception if the job could not be begun
     */
    public static void main(String[] arguments) throws Exception {
        // Whatever else is printed must not be taken for a word to the agent.
        PrintStream agent = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        WorkerMain worker = new WorkerMain(agent, Path.of(arguments[0]));
        worker.run(arguments[1].equals(END_WITH_AGENT));
    }

    private void run(boolean endWithAgent) throws IOException, InterruptedException {
        BufferedReader words =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        WorkerOrder order =
                WorkerOrder.parse(Objects.requireNonNull(words.readLine(), "no order came"));
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> abortAndAwait(main)));
        Thread.ofPlatform().daemon().name("tenure-agent").start(() -> listen(words, endWithAgent));
        JobResult result;
        try {
            result = runJob(order);
        } catch (IOException | RuntimeException | Error e) {
            result =
                    WorkerReport.unknown(
                            order, JobState.FAILED, "not begun: " + JobAccount.wordsOf(e));
        }
        tell(result);
    }

    private JobResult runJob(WorkerOrder order) throws IOException, InterruptedException {
        try (StorageDomain domain = StorageDomain.open(order.domain(), Access.READ_WRITE);
                LeaseManagers leases = new LeaseManagers(List.of(managerOf(domain)));
                JobRunner runner = JobRunner.start(leases, JobSettings.DEFAULT, 1, 1)) {
            JobHandle begun = runner.submit(factory(order).make(order, domain), new Teller());
            handle = Optional.of(begun);
            if (abortAsked) {
                abort();
            }
            while (true) {
                Optional<JobResult> result = begun.await(PROGRESS_INTERVAL);
                JobProgress progress = begun.progress();
                agent.println(PROGRESS + progress.bytesDone() + " " + progress.bytesTotal());
                if (result.isPresent()) {
                    return result.get();
                }
            }
        }
    }

    private static LeaseManager managerOf(StorageDomain domain) {
        return switch (domain.leaseKind()) {
            case LOCAL -> new LocalLeaseManager();
            case SANLOCK -> new SanlockLeaseManager(Sanlock.open());
        };
    }

    private static JobFactory factory(WorkerOrder order) throws IOException {
        try {
            return Class.forName(order.factory())
                    .asSubclass(JobFactory.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IOException("cannot use " + order.factory() + " as a factory of jobs", e);
        }
    }

    private void listen(BufferedReader words, boolean endWithAgent) {
        try {
            String word = words.readLine();
            while (word != null) {
                if (word.equals(ABORT)) {
                    abort();
                }
                word = words.readLine();
            }
        } catch (IOException e) {
            System.err.println("the agent's words cannot be read: " + e.getMessage());
        }
        if (endWithAgent) {
            abort();
        }
    }

    private void abort() {
        abortAsked = true;
        handle.ifPresent(job -> {
            try {
                job.abort();
            } catch (AbortRefusedException e) {
                System.err.println(e.getMessage());
            }
        });
    }

    private void abortAndAwait(Thread main) {
        abort();
        try {
            main.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** First for an agent to come, then for the one that listens. */
    private void tell(JobResult result) throws IOException {
        String text = WorkerReport.text(result);
        Path part = resultFile.resolveSibling(resultFile.getFileName() + ".part");
        Files.writeString(part, text + "\n");
        Files.move(part, resultFile, StandardCopyOption.ATOMIC_MOVE);
        agent.println(RESULT + text);
    }

    private final class Teller implements JobObserver {
        @Override
        public void stepStarted(Job job, JobStep step) {
            agent.println(STEP + step);
        }
    }
}
