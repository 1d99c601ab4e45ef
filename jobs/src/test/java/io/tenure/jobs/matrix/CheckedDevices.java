package io.tenure.jobs.matrix;

import io.tenure.domain.DeviceOpener;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.Zeroing;
import io.tenure.io.extent.ExtentSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens real devices whose changes, and reads if wanted, are checkpoints. */
final class CheckedDevices implements DeviceOpener {
    private final Checkpoints checkpoints;
    private final String name;
    private final boolean withReads;
    private final AtomicInteger writesToLose;

    /**
     * Creates an opener.
     *
     * @param checkpoints is told of each operation
     * @param name what the devices are called there
     * @param withReads whether reads count
     * @param writesToLose how many writes, from the first on, are lost without a word
     */
    CheckedDevices(Checkpoints checkpoints, String name, boolean withReads, int writesToLose) {
        this.checkpoints = checkpoints;
        this.name = name;
        this.withReads = withReads;
        this.writesToLose = new AtomicInteger(writesToLose);
    }

    @Override
    public BlockDevice open(Path path, Access access) throws IOException {
        BlockDevice device = DeviceOpener.SYSTEM.open(path, access);
        return access == Access.READ_ONLY ? device : new Checked(device);
    }

    private final class Checked implements BlockDevice {
        private final BlockDevice device;

        Checked(BlockDevice device) {
            this.device = device;
        }

        private void pass(String what, Action action) throws IOException {
            checkpoints.pass(
                    what + " " + CheckedDevices.this.name,
                    () -> {
                        action.run();
                        return true;
                    });
        }

        @Override
        public String name() {
            return device.name();
        }

        @Override
        public Geometry geometry() {
            return device.geometry();
        }

        @Override
        public int read(long offsetBytes, MemorySegment target) throws IOException {
            return withReads
                    ? checkpoints.pass(
                            "read " + CheckedDevices.this.name,
                            () -> device.read(offsetBytes, target))
                    : device.read(offsetBytes, target);
        }

        @Override
        public void write(long offsetBytes, MemorySegment source) throws IOException {
            pass(
                    "write",
                    () -> {
                        if (writesToLose.getAndDecrement() <= 0) {
                            device.write(offsetBytes, source);
                        }
                    });
        }

        @Override
        public void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
            pass("zero", () -> device.zero(offsetBytes, lengthBytes, zeroing));
        }

        @Override
        public void discard(long offsetBytes, long lengthBytes) throws IOException {
            pass("discard", () -> device.discard(offsetBytes, lengthBytes));
        }

        @Override
        public boolean allocate(long offsetBytes, long lengthBytes) throws IOException {
            return checkpoints.pass(
                    "allocate " + CheckedDevices.this.name,
                    () -> device.allocate(offsetBytes, lengthBytes));
        }

        @Override
        public void flush() throws IOException {
            pass("flush", device::flush);
        }

        @Override
        public ExtentSource extents() {
            return device.extents();
        }

        @Override
        public void close() throws IOException {
            device.close();
        }
    }

    /** A change. */
    private interface Action {
        void run() throws IOException;
    }
}
