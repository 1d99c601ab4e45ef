package io.tenure.jobs;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Ioprio;
import io.tenure.domain.RefusedException;
import java.io.IOException;
import java.util.Locale;

/**
 * An I/O priority that the calling thread has until {@link #close}, and with it all threads that it
 * starts meanwhile. Threads of an engine inherit it, and asynchronous requests carry it, as long as
 * they are started and submitted by the thread that has it.
 *
 * <p>Opened and closed by the same thread.
 */
final class ThreadIoPriority implements AutoCloseable {
    private static final int UNCHANGED = -1;

    private final int before;

    private ThreadIoPriority(int before) {
        this.before = before;
    }

    /**
     * Gives the calling thread a priority.
     *
     * @throws RefusedException if the kernel does not permit it; the thread keeps its own
     */
    static ThreadIoPriority of(IoPriority priority) throws RefusedException {
        if (priority.kind() == IoPriority.Kind.NONE) {
            return new ThreadIoPriority(UNCHANGED);
        }
        int before = Ioprio.get();
        int result = before < 0 ? before : Ioprio.set(priority.number());
        if (result < 0) {
            String name = priority.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
            throw new RefusedException(
                    "the I/O priority "
                            + name
                            + " cannot be had: "
                            + Errno.describe(result)
                            + (result == -Errno.EPERM
                                    ? "; it needs CAP_SYS_NICE or CAP_SYS_ADMIN"
                                    : "")
                            + "; choose another one");
        }
        return new ThreadIoPriority(restorable(before));
    }

    /** Some kernels report a level for a thread without a class, and refuse to set that. */
    private static int restorable(int reported) {
        return reported >> Ioprio.IOPRIO_CLASS_SHIFT == Ioprio.IOPRIO_CLASS_NONE
                ? Ioprio.IOPRIO_CLASS_NONE << Ioprio.IOPRIO_CLASS_SHIFT
                : reported;
    }

    /**
     * Gives the thread back the priority that it had.
     *
     * @throws IOException if the kernel refuses
     */
    @Override
    public void close() throws IOException {
        if (before == UNCHANGED) {
            return;
        }
        int result = Ioprio.set(before);
        if (result < 0) {
            throw new IOException(
                    "the thread's I/O priority cannot be restored: " + Errno.describe(result));
        }
    }
}
