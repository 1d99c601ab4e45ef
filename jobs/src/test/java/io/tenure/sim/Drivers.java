package io.tenure.sim;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs schedules on several cores: each driver has a world of its own, and hosts in it that run one
 * at a time. The drivers are virtual like the hosts' threads: handing over is cheap only among
 * these.
 *
 * @param hosts how many are in each world
 * @param mutation what is broken in it
 * @param allowed the faults that may happen
 * @param remembers whether processes may do from memory what they did before
 */
record Drivers(int hosts, @Nullable Mutation mutation, Set<Action> allowed, boolean remembers) {

    /** What one driver does with its world. */
    interface Work {
        void run(World world);
    }

    /** Does something on each of so many drivers, and returns when all have ended. */
    void run(int count, Work work) {
        List<CompletableFuture<Void>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<Void> result = new CompletableFuture<>();
            results.add(result);
            Thread.ofVirtual().name("tenure-sim-driver-", i).start(() -> drive(work, result));
        }
        try {
            CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0])).join();
        } catch (CompletionException e) {
            throw new AssertionError("the simulator itself failed", e.getCause());
        }
    }

    private void drive(Work work, CompletableFuture<Void> result) {
        try (World world = new World(hosts, mutation, allowed, remembers)) {
            work.run(world);
            result.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }
}
