package io.tenure.sim;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the processes of one host did whenever their code ran, in all schedules so far. All that a
 * process learns from its world, and all that it does there, goes through {@link #ask}; so where it
 * gets the same answers it asks the same again, and its code need not run. Its code runs where it
 * comes to something new: it is given once more what it was answered, without doing anything, until
 * it is there.
 *
 * <p>A schedule that is traced, and one in which clocks show the time, is run by the code alone.
 */
final class Memory {
    /** All that a process knows when it begins. */
    private record Beginning(Item item, long generation, Pruning.Degree degree) {}

    private final World world;
    private final SimHost host;
    private final Map<Beginning, Moment> beginnings = new HashMap<>();
    private Moment at = Moment.beginning();
    private boolean live;
    private boolean recording;

    /** What the code that runs was answered before, and how much of that it has been given. */
    private List<Object> known = List.of();

    private int given;

    Memory(World world, SimHost host) {
        this.world = world;
        this.host = host;
    }

    /** Whether the code runs, on the host's own thread. */
    boolean isLive() {
        return live;
    }

    void forget() {
        live = false;
        known = List.of();
        given = 0;
    }

    // For whoever lets things happen.

    /** A process begins. Returns whether it waits or has ended; or else its code must run. */
    boolean begins(Item item) {
        recording = world.remembers();
        at =
                recording
                        ? beginnings.computeIfAbsent(
                                new Beginning(item, host.generation, world.pruning.degree()),
                                _ -> Moment.beginning())
                        : Moment.beginning();
        return follow();
    }

    /** It is the process's turn. Returns as {@link #begins}. */
    boolean goesOn() {
        if (live) {
            return false;
        }
        at = at.then(Event.TURN);
        return follow();
    }

    private boolean follow() {
        while (at.next() == Moment.Next.ASKS) {
            at = at.ask();
        }
        switch (at.next()) {
            case ENDS -> host.endProcess();
            case UNKNOWN -> {
                known = at.answers();
                live = true;
            }
            default -> {}
        }
        return !live;
    }

    /** Something happens to the process while it waits. */
    void happens(Event event) {
        if (live) {
            host.agent.feels(event);
        }
        record(event);
    }

    private void record(Object answer) {
        if (recording) {
            at = at.then(answer);
        }
    }

    // For the code that runs.

    /** Asks the world, or does something to it. */
    <T> T ask(Supplier<T> question) {
        if (host.gone) {
            throw new HostGone();
        }
        if (given < known.size()) {
            @SuppressWarnings("unchecked") // it is what this very question was answered
            T before = (T) known.get(given++);
            return before;
        }
        if (recording) {
            at.asks(question);
        }
        T answer = question.get();
        record(answer);
        return answer;
    }

    /** Waits for its turn. */
    void awaitTurn() {
        if (host.gone) {
            throw new HostGone();
        }
        while (given < known.size()) {
            Event event = (Event) known.get(given++);
            if (event.equals(Event.TURN)) {
                host.agent.goesOn();
                return;
            }
            host.agent.feels(event);
        }
        if (recording) {
            at.is(Moment.Next.WAITS);
        }
        world.point(host);
        record(Event.TURN);
        host.agent.goesOn();
    }

    /** Its code has come to its end. */
    void ends() {
        if (recording) {
            at.is(Moment.Next.ENDS);
        }
    }
}
