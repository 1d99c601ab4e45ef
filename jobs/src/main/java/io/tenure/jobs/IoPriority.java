package io.tenure.jobs;

import io.tenure.bindings.libc.Ioprio;
import java.util.Locale;

/**
 * The I/O priority of a job's work, among all that use the same device; see ioprio_set(2). What
 * comes of it is the matter of the device's I/O scheduler: some look at it, some do not.
 *
 * @param kind the class
 * @param level within the class, from 0, the highest, to 7; 0 for a class without levels
 */
public record IoPriority(Kind kind, int level) {
    /** Classes of priorities. */
    public enum Kind {
        /** None of its own: that of the thread as it is. */
        NONE(false, Ioprio.IOPRIO_CLASS_NONE),
        /** Before all others; only for privileged processes. */
        REALTIME(true, Ioprio.IOPRIO_CLASS_RT),
        /** The usual class. */
        BEST_EFFORT(true, Ioprio.IOPRIO_CLASS_BE),
        /** Only when nobody else wants the device. */
        IDLE(false, Ioprio.IOPRIO_CLASS_IDLE);

        private final boolean levels;
        private final int number;

        Kind(boolean levels, int number) {
            this.levels = levels;
            this.number = number;
        }

        /**
         * Whether the class has levels.
         *
         * @return false if the level is always 0
         */
        public boolean hasLevels() {
            return levels;
        }
    }

    /** The lowest level of a class that has levels. */
    public static final int LOWEST_LEVEL = Ioprio.IOPRIO_NR_LEVELS - 1;

    /** 4: what the kernel takes for a process that has set nothing (IOPRIO_NORM). */
    public static final int DEFAULT_LEVEL = 4;

    /** Leaves the thread's priority alone. */
    public static final IoPriority NONE = new IoPriority(Kind.NONE, 0);

    /** Only when nobody else wants the device. */
    public static final IoPriority IDLE = new IoPriority(Kind.IDLE, 0);

    /** Checks the values. */
    public IoPriority {
        int lowest = kind.hasLevels() ? LOWEST_LEVEL : 0;
        if (level < 0 || level > lowest) {
            throw new IllegalArgumentException(
                    "level %d of %s: it must be 0 to %d".formatted(level, kind, lowest));
        }
    }

    /** The class, and behind a colon its level if it has any: {@code best-effort:4}. */
    @Override
    public String toString() {
        String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return kind.hasLevels() ? name + ":" + level : name;
    }

    /** As the kernel has it. */
    int number() {
        return kind.number << Ioprio.IOPRIO_CLASS_SHIFT | level;
    }
}
