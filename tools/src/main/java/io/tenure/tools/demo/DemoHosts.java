package io.tenure.tools.demo;

import io.tenure.bindings.NativeSupport;
import io.tenure.domain.DomainSpec;
import io.tenure.domain.RandomId;
import io.tenure.domain.StorageDomain;
import io.tenure.format.LeaseKind;
import io.tenure.io.Access;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.Sanlock;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.work.OpenDomain;
import io.tenure.tools.work.SanlockProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The hosts of a demo, each with its own open domain: one with local leases, or two with a sanlock
 * daemon each. Owns all of it. For one thread.
 */
final class DemoHosts implements AutoCloseable {
    /** The shortest there is, so that joining takes three seconds and not twenty. */
    static final int IO_TIMEOUT_SECONDS = 1;

    private static final int SANLOCK_HOSTS = 2;
    private static final int MAX_VOLUMES = 8;
    private static final Duration LIVE_LIMIT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 20;

    private final List<PrivateDaemon> daemons = new ArrayList<>();
    private final List<OpenDomain> domains = new ArrayList<>();

    private DemoHosts() {}

    /** Makes a domain with local leases; this host is its only one. */
    static DemoHosts local(Path domainPath) throws IOException {
        DemoHosts hosts = new DemoHosts();
        StorageDomain made =
                StorageDomain.create(
                        domainPath, spec(LeaseKind.LOCAL), new LocalLeaseManager()::formatDomain);
        hosts.domains.add(OpenDomain.of(made, Sanlock.open()));
        return hosts;
    }

    /** Starts two daemons and makes a domain with sanlock leases; nobody has joined yet. */
    static DemoHosts sanlock(Path folder, Path domainPath)
            throws IOException, InterruptedException, CommandException {
        Path program = program();
        DemoHosts hosts = new DemoHosts();
        try {
            for (int host = 1; host <= SANLOCK_HOSTS; host++) {
                Path place = folder.resolve("host" + host);
                hosts.daemons.add(PrivateDaemon.start(program, place, "tenure-demo-host-" + host));
            }
            try (Sanlock first = hosts.daemons.getFirst().sanlock()) {
                StorageDomain.create(
                                domainPath,
                                spec(LeaseKind.SANLOCK),
                                new SanlockLeaseManager(first)::formatDomain)
                        .close();
            }
            for (PrivateDaemon daemon : hosts.daemons) {
                hosts.domains.add(
                        OpenDomain.of(
                                StorageDomain.open(domainPath, Access.READ_WRITE),
                                daemon.sanlock()));
            }
            return hosts;
        } catch (IOException | InterruptedException | RuntimeException e) {
            hosts.close();
            throw e;
        }
    }

    private static Path program() throws CommandException {
        Optional<String> problem = NativeSupport.sanlockProblem();
        if (problem.isPresent()) {
            throw new CommandException(ExitCode.ENVIRONMENT, problem.get());
        }
        return SanlockProgram.find()
                .orElseThrow(() ->
                        new CommandException(
                                ExitCode.ENVIRONMENT,
                                "there is no program sanlock: install the package sanlock, or run"
                                        + " the demo with --leases local"));
    }

    private static DomainSpec spec(LeaseKind kind) {
        return new DomainSpec(
                RandomId.next(),
                kind,
                OptionalInt.empty(),
                DomainSpec.DEFAULT_LEASE_ALIGN_BYTES,
                OptionalInt.of(MAX_VOLUMES),
                IO_TIMEOUT_SECONDS);
    }

    /** The domain as host 1, 2 ... has it open. */
    OpenDomain host(int number) {
        return domains.get(number - 1);
    }

    /** The process ids of the daemons, of host 1 first. */
    List<Long> daemonProcessIds() {
        return daemons.stream().map(PrivateDaemon::processId).toList();
    }

    /** Lets all hosts begin to join at once; the result waits until they have. */
    FutureTask<Void> join() {
        FutureTask<Void> joining =
                new FutureTask<>(() -> {
                    List<FutureTask<Void>> each = new ArrayList<>();
                    for (int host = 1; host <= domains.size(); host++) {
                        int number = host;
                        FutureTask<Void> one =
                                new FutureTask<>(() -> {
                                    host(number).hosts().join(number);
                                    return null;
                                });
                        Thread.ofPlatform().name("demo-join-" + host).daemon().start(one);
                        each.add(one);
                    }
                    for (FutureTask<Void> one : each) {
                        one.get();
                    }
                    return null;
                });
        Thread.ofPlatform().name("demo-join").daemon().start(joining);
        return joining;
    }

    /** Waits until all have joined and each has seen the others renew. */
    void awaitAllLive(FutureTask<Void> joining) throws IOException, InterruptedException {
        try {
            joining.get();
        } catch (ExecutionException e) {
            Throwable cause =
                    e.getCause() instanceof ExecutionException inner
                            ? inner.getCause()
                            : e.getCause();
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
        long startNanos = System.nanoTime();
        for (OpenDomain domain : domains) {
            while (liveHosts(domain) < domains.size()) {
                if (System.nanoTime() - startNanos > LIVE_LIMIT.toNanos()) {
                    throw new IOException("the demo's hosts do not see each other renew");
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    private static long liveHosts(OpenDomain domain) throws IOException {
        return domain.hosts().list().stream()
                .filter(host -> host.state() == HostState.LIVE)
                .count();
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        List<AutoCloseable> all = new ArrayList<>(domains);
        all.addAll(daemons);
        for (AutoCloseable one : all) {
            try {
                one.close();
            } catch (Exception e) {
                IOException io = e instanceof IOException already ? already : new IOException(e);
                if (first == null) {
                    first = io;
                } else {
                    first.addSuppressed(io);
                }
            }
        }
        domains.clear();
        daemons.clear();
        if (first != null) {
            throw first;
        }
    }
}
