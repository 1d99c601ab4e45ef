package io.tenure.jobs;

import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.io.engine.IoGate;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseWatch;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.Sanlock;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The process of one job. Reads its errand from the standard input, holds the lease, does the work,
 * and says on the standard output how far it is; how the job ended it leaves in a file, for its
 * agent or one that began anew. Ends with the job.
 *
 * <p>SIGTERM, from sanlock or a person, aborts the job: what is in flight is awaited, the leases
 * are released. When the agent dies its end of the pipe closes: the job is aborted or goes on, as
 * the errand says. An agent that stands still holds up nothing.
 */
public final class WorkerMain {
    static final String ABORT = "abort";

    /** For an agent that listens, to hear that the job has ended. */
    private static final Duration LAST_WORDS = Duration.ofMillis(100);

    private volatile boolean abortAsked;
    private volatile Optional<JobHandle> handle = Optional.empty();

    private WorkerMain() {}

    /**
     * Runs the process.
     *
     * @param arguments which job it is, for people who list processes
     * @throws IOException if no errand came, or the result cannot be left
     */
    public static void main(String[] arguments) throws IOException {
        // Whatever else is printed is not to fill the pipe to the agent.
        System.setOut(System.err);
        serve(System.in, new FileOutputStream(FileDescriptor.out));
        // All is done and told; no thread that a job left behind is to keep the process. It takes
        // the
        // JVM 300 ms, since a thread of it waits in the kernel for the agent's words.
        Runtime.getRuntime().halt(0);
    }

    /** Runs one errand. */
    static void serve(InputStream words, OutputStream agent) throws IOException {
        WorkerTeller teller = new WorkerTeller(agent);
        teller.ready();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(words, StandardCharsets.UTF_8));
        String errand = lines.readLine();
        if (errand == null) {
            throw new IOException("no errand came: the agent is gone");
        }
        new WorkerMain().run(WorkerErrand.parse(errand), lines, teller);
    }

    private void run(WorkerErrand errand, BufferedReader words, WorkerTeller teller)
            throws IOException {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> abortAndAwait(main)));
        Thread.ofPlatform()
                .daemon()
                .name("tenure-agent")
                .start(() -> listen(words, errand.endsWithAgent()));
        JobResult result;
        try {
            result = runJob(errand, teller);
        } catch (IOException | RuntimeException | Error e) {
            result = resultDespite(e, errand.order());
        }
        JobProgress last = handle.map(JobHandle::progress).orElse(JobProgress.NONE);
        leave(WorkerReport.text(result, last), errand.resultFile());
        teller.left();
        teller.awaitTold(LAST_WORDS);
    }

    private JobResult runJob(WorkerErrand errand, WorkerTeller teller) throws IOException {
        WorkerOrder order = errand.order();
        // Opening a manager neither loads nor connects anything.
        try (StorageDomain domain = open(order);
                LeaseManagers leases =
                        new LeaseManagers(
                                List.of(
                                        new LocalLeaseManager(),
                                        new SanlockLeaseManager(Sanlock.open())));
                LeaseWatch watch = new LeaseWatch(errand.verifyInterval())) {
            Job job = factory(order).make(order, domain);
            check(job, order);
            DirectJob direct =
                    new DirectJob(
                            job, leases, watch, IoGate::awaitDrained, errand.settings(), teller);
            JobHandle begun = direct.handle();
            handle = Optional.of(begun);
            if (abortAsked) {
                abort();
            }
            teller.start(begun::progress);
            return direct.run();
        }
    }

    /** A job that was begun has ended, whatever failed after it; else storage is as it was. */
    private JobResult resultDespite(Throwable trouble, WorkerOrder order) {
        if (handle.isPresent()) {
            return handle.get().result().orElseThrow(() -> new IllegalStateException(trouble));
        }
        return WorkerReport.notBegun(
                order,
                FailureKind.of(trouble),
                "job " + order.jobId() + " was not begun: " + JobAccount.wordsOf(trouble));
    }

    /** A factory that forgot a generation would take away what makes the job safe. */
    private static void check(Job made, WorkerOrder order) throws IOException {
        if (!made.request().id().equals(order.jobId())
                || !made.request().target().equals(made.targets().getFirst())
                || !made.targets().stream()
                        .map(WorkerOrder.Target::of)
                        .toList()
                        .equals(order.targets())) {
            throw new IOException(
                    order.recipe().factory()
                            + " made another job than was ordered: id, volumes and expected"
                            + " generations must be those of the order");
        }
    }

    private static StorageDomain open(WorkerOrder order) throws IOException {
        StorageDomain domain = StorageDomain.open(order.domain(), Access.READ_WRITE);
        if (!domain.id().equals(order.domainId())) {
            domain.close();
            throw new IOException(
                    "at "
                            + order.domain()
                            + " is the domain "
                            + domain.id()
                            + ", not "
                            + order.domainId());
        }
        return domain;
    }

    private static JobFactory factory(WorkerOrder order) throws IOException {
        String name = order.recipe().factory();
        try {
            return Class.forName(name).asSubclass(JobFactory.class).getConstructor().newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IOException(
                    name
                            + " cannot be used as a factory of jobs: it must be a public class on"
                            + " the worker's class path with a public constructor without"
                            + " parameters: "
                            + e,
                    e);
        }
    }

    private void listen(BufferedReader words, boolean endsWithAgent) {
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
        if (endsWithAgent) {
            System.err.println("the agent is gone");
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

    /** Whole, or not at all. */
    private static void leave(String result, Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, result + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
