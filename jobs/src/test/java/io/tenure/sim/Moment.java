package io.tenure.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A moment in the life of a process: what it has been answered since it began. What it does next
 * follows from that alone, and is known once its code was there. For one world.
 */
final class Moment {
    /** What a process does next. */
    enum Next {
        /** Only its code can tell. */
        UNKNOWN,
        /** It asks something, or does something, and goes on. */
        ASKS,
        /** It waits for its turn. */
        WAITS,
        /** It ends. */
        ENDS
    }

    private final @Nullable Moment before;
    private final Object answer;
    private Next next;
    private @Nullable Supplier<?> question;
    private final List<Moment> after = new ArrayList<>(1);

    private Moment(@Nullable Moment before, Object answer, Next next) {
        this.before = before;
        this.answer = answer;
        this.next = next;
    }

    static Moment beginning() {
        return new Moment(null, Event.TURN, Next.UNKNOWN);
    }

    Next next() {
        return next;
    }

    /** Its code has come here, and asks. */
    void asks(Supplier<?> what) {
        if (next == Next.UNKNOWN) {
            next = Next.ASKS;
            question = what;
        }
        expect(Next.ASKS);
    }

    /** Its code has come here, and waits or ends. */
    void is(Next known) {
        if (next == Next.UNKNOWN) {
            next = known;
        }
        expect(known);
    }

    private void expect(Next known) {
        if (next != known) {
            throw new AssertionError("a process did not repeat: " + known + " is not " + next);
        }
    }

    /** Asks again what its code asked here. */
    Moment ask() {
        Supplier<?> again = question;
        if (again == null) {
            throw new IllegalStateException("nothing is asked here");
        }
        return then(again.get());
    }

    /** The moment that follows an answer, or at which something has happened to who waits. */
    Moment then(Object given) {
        for (int i = 0; i < after.size(); i++) {
            Moment each = after.get(i);
            if (each.answer.equals(given)) {
                return each;
            }
        }
        boolean stays = next == Next.WAITS && !given.equals(Event.TURN);
        Moment fresh = new Moment(this, given, stays ? Next.WAITS : Next.UNKNOWN);
        after.add(fresh);
        return fresh;
    }

    /** All that was answered, in its order. */
    List<Object> answers() {
        List<Object> answers = new ArrayList<>();
        Moment each = this;
        for (Moment past = before; past != null; past = past.before) {
            answers.add(each.answer);
            each = past;
        }
        Collections.reverse(answers);
        return answers;
    }
}
