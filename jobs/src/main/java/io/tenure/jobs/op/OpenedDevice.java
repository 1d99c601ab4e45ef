package io.tenure.jobs.op;

import io.tenure.io.BlockDevice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A device that a job opens while it is validated, and closes with itself. For one thread. */
final class OpenedDevice implements AutoCloseable {
    private @Nullable BlockDevice device;

    /** Takes a device, to close it; returns it. */
    BlockDevice hold(BlockDevice opened) {
        device = opened;
        return opened;
    }

    /** What was opened. */
    BlockDevice get() {
        BlockDevice opened = device;
        if (opened == null) {
            throw new IllegalStateException("nothing is open");
        }
        return opened;
    }

    boolean isOpen() {
        return device != null;
    }

    /** Closes what was opened, once. */
    @Override
    public void close() throws IOException {
        BlockDevice opened = device;
        if (opened != null) {
            device = null;
            opened.close();
        }
    }
}
