package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.sanlock.SanlockReturn;
import io.tenure.sanlock.CountingChild.Counter;
import io.tenure.testing.device.DirectFile;
import io.tenure.testing.process.ChildProcess;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One host at a time has a lease: counted on shared storage, as upstream's devcount does, and in
 * the honest time of a takeover, which is over a minute: that begins before the other tests and is
 * looked at after them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MutualExclusionTest {
    private static final int MIB = 1 << 20;

    /** Contending hosts back off for up to a second of their time; enough is left to renew in. */
    private static final int FACTOR = 4;

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration HONEST_LIMIT = Duration.ofSeconds(100);

    private static SanlockLab honest;
    private static ChildProcess orphaned;
    private static CompletableFuture<Takeover> takeover;

    /** How a lease was taken over: what was answered until then, and after how long it was had. */
    private record Takeover(Set<Integer> answers, Duration after) {}

    @BeforeAll
    static void beginTheHonestTakeover() throws Exception {
        honest = SanlockLab.start(2);
        Path file = honest.leaseFile("leases", 2 * MIB);
        honest.writeAndJoin(new Lockspace("LS", 1, file.toString(), 0, 512, MIB));
        Resource resource = new Resource("LS", "R", file.toString(), MIB, 512, MIB);
        honest.sanlock(0).writeResource(resource);
        honest.awaitAllLive("LS");
        String command = "sanlock client command -r LS:R:" + file + ":" + MIB;
        orphaned = honest.startProcess(0, List.of((command + " -c /bin/sleep 1000").split(" ")));
        while (honest.sanlock(0).owners(resource).isEmpty()) {
            assertThat(orphaned.isAlive()).as(orphaned.said()).isTrue();
            Thread.sleep(10);
        }
        honest.kill(0);
        long killedNanos = System.nanoTime();
        takeover = CompletableFuture.supplyAsync(() -> takeOver(resource, killedNanos));
    }

    @AfterAll
    static void close() {
        honest.close();
    }

    @ParameterizedTest
    @CsvSource({"2, 1210", "3, 1010"})
    @Order(1)
    void no_addition_is_lost_and_none_is_made_twice_though_holders_are_killed(int hosts, int target)
            throws Exception {
        try (SanlockLab lab = SanlockLab.startWithClock(hosts, FACTOR)) {
            Path file = lab.leaseFile("leases", 2 * MIB);
            Path counter = lab.leaseFile("counter", 4096);
            lab.writeAndJoin(new Lockspace("LS", 1, file.toString(), 0, 512, MIB));
            Resource resource = new Resource("LS", "R", file.toString(), MIB, 512, MIB);
            lab.sanlock(0).writeResource(resource);
            lab.awaitAllLive("LS");
            List<ChildProcess> all = new ArrayList<>();
            Set<Long> killed = new HashSet<>();
            try (DirectFile direct = DirectFile.open(counter)) {
                List<ChildProcess> running = new ArrayList<>();
                for (int host = 0; host < hosts; host++) {
                    running.add(start(lab, host, resource, counter, target));
                    all.add(running.get(host));
                }
                for (long next = CountingChild.KILL_EVERY;
                        next < target;
                        next += CountingChild.KILL_EVERY) {
                    int host = awaitHolder(next, running);
                    ChildProcess holder = running.get(host);
                    holder.kill();
                    killed.add(holder.pid());
                    running.set(host, start(lab, host, resource, counter, target));
                    all.add(running.get(host));
                }
                for (ChildProcess child : running) {
                    assertThat(child.awaitEnd(LIMIT)).as(child.said()).isZero();
                }
                assertTold(all, killed, Counter.read(direct).count());
            }
        }
    }

    @Test
    @Order(2)
    void a_dead_host_is_taken_over_after_its_time_and_its_holder_is_not_killed() throws Exception {
        Takeover how = takeover.get(HONEST_LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(how.answers())
                .containsExactly(
                        SanlockReturn.SANLK_ACQUIRE_IDLIVE,
                        SanlockReturn.SANLK_ACQUIRE_OWNED_RETRY);
        // It may have renewed up to two seconds before it was killed.
        assertThat(how.after()).isBetween(Duration.ofSeconds(66), HONEST_LIMIT);
        assertThat(orphaned.isAlive()).isTrue();
    }

    private static ChildProcess start(
            SanlockLab lab, int host, Resource resource, Path counter, long target)
            throws IOException {
        Path run = lab.runDirectory(host);
        return lab.startProcess(host, CountingChild.command(run, run, resource, counter, target));
    }

    /** Waits until one of the children holds the lease at this count, and tells which. */
    private static int awaitHolder(long count, List<ChildProcess> running)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            for (int i = 0; i < running.size(); i++) {
                if (running.get(i).said().contains(CountingChild.AWAITING_KILL + count + "\n")) {
                    return i;
                }
            }
            for (ChildProcess child : running) {
                assertThat(child.isAlive()).as(child.said()).isTrue();
            }
            assertThat(System.nanoTime()).as("nobody counts to " + count).isLessThan(deadline);
            Thread.sleep(2);
        }
    }

    private static void assertTold(List<ChildProcess> children, Set<Long> killed, long count)
            throws IOException {
        Set<Long> counts = new HashSet<>();
        for (ChildProcess child : children) {
            assertThat(child.said()).doesNotContain("broken", "Exception");
            for (String line : child.said().lines().toList()) {
                String[] words = line.split(" ", -1);
                if (line.startsWith("found ")) {
                    assertThat(killed).as(line).contains(Long.parseLong(words[1]));
                } else if (line.startsWith("added ") && words.length == 2) {
                    assertThat(counts.add(Long.parseLong(words[1]))).as(line).isTrue();
                }
            }
        }
        // Who was killed may have added without a word, once.
        assertThat(count - counts.size()).isBetween(0L, (long) killed.size());
        assertThat(counts).allMatch(told -> told <= count);
    }

    private static Takeover takeOver(Resource resource, long killedNanos) {
        Set<Integer> answers = new LinkedHashSet<>();
        try (Registration registration = honest.sanlock(1).register()) {
            while (Duration.ofNanos(System.nanoTime() - killedNanos).compareTo(HONEST_LIMIT) < 0) {
                try {
                    registration.acquire(
                            List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE)), "honest");
                    return new Takeover(answers, Duration.ofNanos(System.nanoTime() - killedNanos));
                } catch (SanlockException e) {
                    answers.add(e.code());
                }
                Thread.sleep(100);
            }
        } catch (SanlockException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("not taken over; answered " + answers);
    }
}
