package io.tenure.sanlock;

import io.tenure.testing.device.DirectFile;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A process that adds one to a counter on shared storage, again and again, each time under a lease:
 * takes the lease, reads the counter, marks it with its own process id, looks again, and writes it
 * one higher and without the mark. At certain counts it waits to be killed: in turns before the
 * last of these, and before it lets go of the lease.
 *
 * <p>It says "added COUNT" for each time, "found PID" if it finds another's mark, as one that was
 * killed leaves, and "broken" if another has written beside it. It ends when the counter is where
 * it should be.
 *
 * <p>The lease's version is not looked at. Between hosts that contend it may go back: who loses a
 * ballot writes the leader for the winner, and on a busy host so late that the winner has had the
 * lease twice more by then.
 */
final class CountingChild {
    private static final int SECTOR_BYTES = 512;
    private static final int PAUSE_MILLIS = 4;

    /** At multiples of this count the holder waits to be killed. */
    static final int KILL_EVERY = 150;

    /** What it says then, with the count behind. */
    static final String AWAITING_KILL = "awaiting the kill at ";

    private CountingChild() {}

    /** How to start it. */
    static List<String> command(Path folder, Path run, Resource resource, Path counter, long target)
            throws IOException {
        return ChildJvm.command(
                folder,
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Drun=" + run,
                        "-Dname=" + resource.name(),
                        "-Dpath=" + resource.path(),
                        "-Doffset=" + resource.offsetBytes(),
                        "-Dcounter=" + counter,
                        "-Dtarget=" + target),
                CountingChild.class,
                Sanlock.class);
    }

    /** The counter as it stands on storage. */
    record Counter(long count, long markedBy) {
        static Counter read(DirectFile file) throws IOException {
            ByteBuffer sector = ByteBuffer.wrap(file.read(0, SECTOR_BYTES));
            return new Counter(sector.getLong(), sector.getLong());
        }

        void write(DirectFile file) throws IOException {
            ByteBuffer sector = ByteBuffer.allocate(SECTOR_BYTES);
            sector.putLong(count).putLong(markedBy);
            file.write(0, sector.array());
        }
    }

    public static void main(String[] arguments) throws Exception {
        Resource resource =
                new Resource(
                        "LS",
                        System.getProperty("name"),
                        System.getProperty("path"),
                        Long.getLong("offset"),
                        SECTOR_BYTES,
                        1 << 20);
        try (Sanlock sanlock = Sanlock.open(Path.of(System.getProperty("run")));
                Registration registration = sanlock.register();
                DirectFile file = DirectFile.open(Path.of(System.getProperty("counter")))) {
            long count = 0;
            while (count < Long.getLong("target")) {
                if (acquired(registration, resource)) {
                    count = add(file);
                    registration.release(List.of(resource));
                }
                Thread.sleep(ThreadLocalRandom.current().nextInt(PAUSE_MILLIS));
            }
            System.out.println("end");
        }
    }

    private static void awaitKill(long count) throws InterruptedException {
        System.out.println(AWAITING_KILL + count);
        Thread.sleep(Duration.ofDays(1));
    }

    private static boolean acquired(Registration registration, Resource resource)
            throws SanlockException {
        try {
            registration.acquire(
                    List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE)), "counting");
            return true;
        } catch (SanlockException e) {
            // Here: by one that was killed just now, whose lease the daemon is still releasing.
            if (e.isHeldElsewhere() || e.isHeldHere()) {
                return false;
            }
            throw e;
        }
    }

    private static long add(DirectFile file) throws IOException, InterruptedException {
        long self = ProcessHandle.current().pid();
        Counter before = Counter.read(file);
        if (before.markedBy() != 0) {
            System.out.println("found " + before.markedBy());
        }
        Counter marked = new Counter(before.count(), self);
        marked.write(file);
        Counter again = Counter.read(file);
        if (!again.equals(marked)) {
            System.out.println("broken: " + again + " instead of " + marked);
        }
        Counter after = new Counter(before.count() + 1, 0);
        boolean dies = after.count() % KILL_EVERY == 0 && before.markedBy() == 0;
        boolean diesMarked = after.count() % (2 * KILL_EVERY) == 0;
        if (dies && diesMarked) {
            awaitKill(after.count());
        }
        after.write(file);
        if (dies && !diesMarked) {
            awaitKill(after.count());
        }
        System.out.println("added " + after.count());
        return after.count();
    }
}
