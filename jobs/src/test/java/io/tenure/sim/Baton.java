package io.tenure.sim;

import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A few threads of which exactly one runs at any moment: the one that has the baton. What it wrote
 * is seen by the one that gets it next. The threads are virtual, since handing over between these
 * costs a tenth, and are used again for each schedule.
 */
final class Baton implements AutoCloseable {
    private static final int NOBODY = -1;

    private final Thread[] threads;
    private final int driver;
    private volatile int holder;
    private volatile boolean ended;

    /**
     * Starts the threads; the calling one is the driver and has the baton.
     *
     * @param actors how many others there are
     * @param turn is called on an actor's thread, with its number, whenever it gets the baton with
     *     nothing begun; hands the baton on before it returns
     */
    Baton(int actors, IntConsumer turn) {
        driver = actors;
        holder = actors;
        threads = new Thread[actors + 1];
        threads[driver] = Thread.currentThread();
        for (int i = 0; i < actors; i++) {
            int me = i;
            threads[i] =
                    Thread.ofVirtual()
                            .name("tenure-sim-", me)
                            .start(() -> {
                                while (await(me)) {
                                    turn.accept(me);
                                }
                            });
        }
    }

    /** The number of the thread that made this. */
    int driver() {
        return driver;
    }

    /** Hands over; the caller waits next, or ends. */
    void pass(int to) {
        holder = to;
        LockSupport.unpark(threads[to]);
    }

    /** Waits for the baton; false if it will never come. */
    boolean await(int me) {
        while (holder != me) {
            if (ended) {
                return false;
            }
            LockSupport.park(this);
        }
        return true;
    }

    /** Hands over and waits until it comes back. */
    void passAndAwait(int to, int me) {
        if (to != me) {
            pass(to);
            await(me);
        }
    }

    /** Ends the actors, none of which has anything begun. */
    @Override
    public void close() {
        ended = true;
        holder = NOBODY;
        for (int i = 0; i < driver; i++) {
            LockSupport.unpark(threads[i]);
        }
    }
}
