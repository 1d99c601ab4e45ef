package io.tenure.sim;

import java.util.Arrays;

/** What is possible at one moment of a schedule: actions, each with the number it is about. */
final class Options {
    private Action[] actions = new Action[64];
    private int[] subjects = new int[64];
    private int count;

    void clear() {
        count = 0;
    }

    void add(Action action, int subject) {
        if (count == subjects.length) {
            actions = Arrays.copyOf(actions, 2 * count);
            subjects = Arrays.copyOf(subjects, 2 * count);
        }
        actions[count] = action;
        subjects[count] = subject;
        count++;
    }

    int count() {
        return count;
    }

    Action action(int index) {
        return actions[index];
    }

    /** The host, or the request in flight. */
    int subject(int index) {
        return subjects[index];
    }
}
