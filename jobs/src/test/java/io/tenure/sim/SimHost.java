package io.tenure.sim;

import io.tenure.domain.StorageDomain;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A host and the one process that works on it at a time. Its {@link SimAgent} runs the protocol's
 * code on a thread, and asks the world before each operation whether it may go on.
 */
final class SimHost {
    /** Whether a host reaches its storage. */
    enum Link {
        UP,
        /** No; its daemon or its watchdog ends the process before others take over. */
        DOWN,
        /** No; and nothing ends the process. */
        DOWN_UNWATCHED
    }

    /** What an operation can see and change of what is shared. */
    enum Reach {
        /** Sees the leader record alone. */
        LEADER,
        /** Sees the record, or makes it durable. */
        RECORD,
        /** Gives the lease up, if it is still held. */
        RELEASE,
        /** More than that. */
        MORE
    }

    /** How an operation ends that is to report an error. */
    private enum Trouble {
        NONE,
        NOT_DONE,
        DONE
    }

    static final String SUBMIT = "submit";
    static final String ZERO = "zero data";

    final World world;
    final int index;
    final StorageDomain domain;
    final SimAgent agent;
    private final Memory memory;

    // The machine.
    boolean powered;
    boolean paused;
    Link link = Link.UP;
    long generation;
    long lastRenewalMillis;

    /** Of which incarnation its ballot says that the lease was released; -1 for none. */
    long releasedGeneration = -1;

    long clockLagMillis;
    private long pausedSinceMillis;

    // The process.
    List<Item> script = List.of();
    int nextItem;
    @Nullable Epilogue epilogue;
    int process;
    boolean busy;
    boolean gone;
    String operation = "";
    Reach reach = Reach.MORE;
    boolean draining;
    int pendingSector = -1;
    byte[] pending = SimStorage.ZEROES;
    @Nullable Flight stalled;
    private Trouble trouble = Trouble.NONE;

    /** Judges what the process does; there is one while it is busy. */
    private @Nullable Conduct conduct;

    /** Whether its leases are watched, whether there is a job to abort, and whether it was. */
    boolean watched;

    boolean abortable;
    private boolean aborted;

    /** All that the process has seen since its job began: it decides what it does next. */
    private long seen;

    /** Whether it has changed anything that others can see, from its first operation on. */
    boolean touched;

    /** How often it has come to nothing, and waited to try again. */
    int polls;

    /** Whether its last operation has changed nothing that others can see. */
    boolean onlyLooked;

    /** Whether it was ever granted the lease, by any of its processes. */
    boolean everOwned;

    /** Whether it stood still since it last knew that the lease was its own. */
    boolean stalledSinceProof;

    /** Whether it has read the leader record since its last write of data. */
    boolean provedSinceData;

    /** Whether a record stands in one of its copies, by this process, and not yet in the other. */
    boolean halfWritten;

    SimHost(World world, int index) throws IOException {
        this.world = world;
        this.index = index;
        this.domain =
                StorageDomain.on(
                        SimStorage.CONTROL_PATH, new SimDevice(this, SimDevice.Of.CONTROL));
        this.agent = new SimAgent(world, this);
        this.memory = new Memory(world, this);
    }

    void reset(List<Item> newScript) {
        script = newScript;
        nextItem = 0;
        epilogue = null;
        process = 0;
        powered = true;
        paused = false;
        link = Link.UP;
        generation = 1;
        releasedGeneration = -1;
        lastRenewalMillis = 0;
        clockLagMillis = 0;
        everOwned = false;
        endProcess();
    }

    /** What judges the process that is running. */
    Conduct conduct() {
        return Objects.requireNonNull(conduct);
    }

    boolean isWatched() {
        return watched;
    }

    /** Whether the operation that comes next submits a write. */
    boolean isSubmitting() {
        return pendingSector >= 0 || operation.startsWith(SUBMIT);
    }

    /** Has nothing to do but this. */
    void ask(Epilogue last) {
        epilogue = last;
        script = List.of(last.question());
        nextItem = 0;
        endProcess();
    }

    long id() {
        return index + 1L;
    }

    boolean renews() {
        return powered && !paused && link == Link.UP;
    }

    boolean hasWork() {
        return busy || nextItem < script.size();
    }

    /** Whether its thread could go on now. */
    boolean canRun() {
        if (!powered || paused || !hasWork()) {
            return false;
        }
        if (!busy) {
            return link == Link.UP;
        }
        return draining ? world.storage.inFlight(this) == 0 : link == Link.UP;
    }

    /**
     * It is its turn. Returns whether it waits for its next by now, or has nothing begun; or else
     * its thread must run.
     */
    boolean goesOn() {
        if (gone && !memory.isLive()) {
            endProcess();
            return true;
        }
        if (busy) {
            return memory.goesOn();
        }
        Item item = script.get(nextItem++);
        busy = true;
        seen = Mix.mix(item.number(), generation);
        conduct = new Conduct(this, item);
        note("begins ", item);
        return memory.begins(item);
    }

    /** Whether its thread is amid something. */
    boolean isLive() {
        return memory.isLive();
    }

    /** Runs the code of the process that has begun; on this host's thread. */
    void run() {
        Item item = script.get(nextItem - 1);
        try {
            agent.run(item);
            memory.ends();
        } catch (HostGone e) {
            gone = true; // it was so before; the thread is free again
        } catch (RuntimeException | Error e) {
            if (!gone) {
                world.violate("REASON: " + this + ", in " + item + ", has died of " + e);
            }
        }
        endProcess();
    }

    void endProcess() {
        busy = false;
        gone = false;
        draining = false;
        pendingSector = -1;
        stalled = null;
        trouble = Trouble.NONE;
        watched = false;
        abortable = false;
        aborted = false;
        agent.forget();
        memory.forget();
        stalledSinceProof = false;
        provedSinceData = false;
        halfWritten = false;
        touched = false;
        polls = 0;
        onlyLooked = false;
        operation = "";
        reach = Reach.MORE;
        process++;
    }

    // What the process does.

    /** Asks the world something, or does something to it and says what came of that. */
    <T> T ask(Supplier<T> question) {
        return memory.ask(question);
    }

    /** Does something to the world of which the process learns nothing. */
    void does(Runnable deed) {
        memory.ask(() -> {
            deed.run();
            return Event.TURN;
        });
    }

    /** Waits until none of this process's requests is in flight. */
    void awaitFlights(String why) {
        boolean waits =
                ask(() -> {
                    draining = world.storage.inFlight(this) > 0;
                    operation = draining ? why : operation;
                    return draining;
                });
        if (waits) {
            memory.awaitTurn();
            does(() -> draining = false);
        }
    }

    /** One operation on storage: returns when it may be done. */
    void operation(String what, Reach next) throws IOException {
        does(() -> {
            operation = what;
            reach = next;
        });
        memory.awaitTurn();
        if (ask(() -> fails(what))) {
            throw new IOException(what + " failed: EIO (simulated)");
        }
    }

    private boolean fails(String what) {
        reach = Reach.MORE;
        onlyLooked = true;
        boolean fails = trouble != Trouble.NONE;
        trouble = Trouble.NONE;
        saw(fails ? 99 : 42);
        if (fails) {
            conduct().errs();
        }
        note(what, fails ? ": fails" : "");
        return fails;
    }

    /** What it does now is seen by others. */
    void touches() {
        touched = true;
        onlyLooked = false;
    }

    /** Writes a sector, and returns when it has reached the storage. */
    void write(String what, int sector, byte[] content) throws IOException {
        does(() -> {
            operation = what;
            pendingSector = sector;
            pending = content;
        });
        memory.awaitTurn();
        if (ask(() -> failsToWrite(what, sector, content))) {
            throw new IOException(what + " failed: EIO (simulated)");
        }
    }

    private boolean failsToWrite(String what, int sector, byte[] content) {
        touches();
        pendingSector = -1;
        Trouble now = trouble;
        trouble = Trouble.NONE;
        Flight inFlight = stalled;
        stalled = null;
        if (inFlight != null) {
            world.landIfInFlight(inFlight);
        } else if (now != Trouble.NOT_DONE) {
            world.truth.issued(this, sector, content);
            note(what);
            world.land(this, sector, content, false, false);
        }
        saw(now == Trouble.NONE ? 0 : now == Trouble.DONE ? 1 : 2);
        if (now != Trouble.NONE) {
            conduct().errs();
            note(what, ": reports an error");
        }
        return now != Trouble.NONE;
    }

    /** Begins to write a sector; it reaches the storage some time later. */
    void submit(int sector, byte[] content, Runnable done) throws IOException {
        operation(SUBMIT + " data " + (sector - SimStorage.DATA), Reach.MORE);
        int request = agent.expects(done);
        does(() -> {
            touches();
            world.submit(new Flight(this, sector, content, request));
        });
    }

    /** A request has come back. */
    void completed(int request) {
        memory.happens(new Event.Completed(request));
    }

    /** Nothing but time passes until its next turn. */
    void sleep(Duration duration) {
        does(() -> {
            polls++;
            if (world.pruning.isVain(this)) {
                world.abandon();
            }
            world.nowMillis += duration.toMillis();
            operation = "sleep";
        });
        memory.awaitTurn();
    }

    /** Takes note of what the process has seen. */
    void saw(long value) {
        seen = Mix.mix(seen, value);
    }

    void proved() {
        stalledSinceProof = false;
        provedSinceData = true;
    }

    void note(Object... parts) {
        world.note(this, parts);
    }

    // What the world does to it.

    void stopRenewing() {
        if (renews()) {
            lastRenewalMillis = world.nowMillis;
        }
    }

    void pause() {
        stopRenewing();
        paused = true;
        pausedSinceMillis = world.nowMillis;
        world.storage.markLate(this);
    }

    void resume() {
        paused = false;
        clockLagMillis += world.nowMillis - pausedSinceMillis;
        stalledSinceProof = true;
    }

    void cut(Link how) {
        stopRenewing();
        link = how;
        world.storage.markLate(this);
    }

    /** Its daemon joins anew if it had given up; and lets go of what nobody holds any more. */
    void heal() {
        if (!busy) {
            world.storage.dropFlights(this); // the process was not gone before its requests
        }
        if (!busy && world.leases.ageMillis(this) >= SimLeases.FAIL_MILLIS) {
            generation++;
        } else if (!busy && world.truth.owns(this)) {
            world.leases.free();
        }
        link = Link.UP;
        stalledSinceProof = true;
    }

    void crash() {
        stopRenewing();
        powered = false;
        paused = false;
        link = Link.UP;
        gone = true;
        world.storage.markLate(this);
    }

    void rejoin() {
        powered = true;
        generation++;
    }

    void fail(boolean done) {
        trouble = done ? Trouble.DONE : Trouble.NOT_DONE;
    }

    boolean canAbort() {
        return busy && abortable && !aborted;
    }

    void abort() {
        aborted = true;
        saw(40);
        memory.happens(Event.ABORT);
    }

    /** Whether its watch would find that the lease is lost. */
    boolean watchWouldTell() {
        if (!watched || !busy || paused || !powered) {
            return false;
        }
        return link == Link.UP
                ? !(world.leases.owner == this && world.leases.ownerGeneration == generation)
                : world.leases.ageMillis(this) >= SimLeases.FAIL_MILLIS;
    }

    void tellLost() {
        watched = false;
        saw(41);
        conduct().isToldLost();
        memory.happens(Event.LOST);
    }

    long hash(long seed) {
        if (world.pruning.isOut(this)) {
            return Mix.mix(seed, -1);
        }
        long flags = 0;
        for (boolean flag :
                new boolean[] {
                    powered,
                    paused,
                    busy,
                    draining,
                    watched,
                    aborted,
                    stalledSinceProof,
                    provedSinceData,
                    stalled != null,
                    touched,
                    onlyLooked,
                    link == Link.DOWN,
                    link == Link.DOWN_UNWATCHED,
                    trouble == Trouble.DONE,
                    trouble == Trouble.NOT_DONE
                }) {
            flags = 2 * flags + (flag ? 1 : 0);
        }
        flags = Mix.mix(flags, 10_000L * nextItem + 100 * generation + releasedGeneration);
        long hash = Mix.mix(Mix.mix(seed, flags), busy ? seen : 0);
        hash = Mix.mix(hash, busy ? operation.hashCode() : 0);
        hash = Mix.mix(hash, everOwned ? 1 : 0);
        return Mix.mix(
                hash,
                !world.pruning.countsAge(this)
                        ? -1
                        : Math.min(world.leases.ageMillis(this), SimLeases.DEAD_MILLIS));
    }

    @Override
    public String toString() {
        return "host " + id() + " (generation " + generation + ")";
    }
}
