package io.tenure.testing.jobs;

import io.tenure.domain.DeviceOpener;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.Zeroing;
import io.tenure.io.extent.ExtentSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Opens real devices and lets hooks look at each operation on them, all devices in one order. */
public final class TestDevices implements DeviceOpener {
    private final List<DeviceHook> hooks = new CopyOnWriteArrayList<>();

    /** Creates an opener without hooks. */
    public TestDevices() {}

    /**
     * Adds a hook, for devices that are open already too.
     *
     * @param hook the hook
     */
    public void add(DeviceHook hook) {
        hooks.add(hook);
    }

    /** Takes all hooks away. */
    public void clear() {
        hooks.clear();
    }

    @Override
    public BlockDevice open(Path path, Access access) throws IOException {
        return new Hooked(path, DeviceOpener.SYSTEM.open(path, access));
    }

    private interface Action {
        void run() throws IOException;
    }

    private final class Hooked implements BlockDevice {
        private final Path path;
        private final BlockDevice device;

        Hooked(Path path, BlockDevice device) {
            this.path = path;
            this.device = device;
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
            int[] count = new int[1];
            around(
                    DeviceEvent.Kind.READ,
                    offsetBytes,
                    target.byteSize(),
                    () -> count[0] = device.read(offsetBytes, target));
            return count[0];
        }

        @Override
        public void write(long offsetBytes, MemorySegment source) throws IOException {
            around(
                    DeviceEvent.Kind.WRITE,
                    offsetBytes,
                    source.byteSize(),
                    () -> device.write(offsetBytes, source));
        }

        @Override
        public void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
            around(
                    DeviceEvent.Kind.ZERO,
                    offsetBytes,
                    lengthBytes,
                    () -> device.zero(offsetBytes, lengthBytes, zeroing));
        }

        @Override
        public void discard(long offsetBytes, long lengthBytes) throws IOException {
            around(
                    DeviceEvent.Kind.DISCARD,
                    offsetBytes,
                    lengthBytes,
                    () -> device.discard(offsetBytes, lengthBytes));
        }

        @Override
        public boolean allocate(long offsetBytes, long lengthBytes) throws IOException {
            return device.allocate(offsetBytes, lengthBytes);
        }

        @Override
        public boolean share(BlockDevice from, long offsetBytes, long lengthBytes)
                throws IOException {
            return device.share(underneath(from), offsetBytes, lengthBytes);
        }

        @Override
        public boolean canShare(BlockDevice from) throws IOException {
            return device.canShare(underneath(from));
        }

        private static BlockDevice underneath(BlockDevice other) {
            return other instanceof Hooked hooked ? hooked.device : other;
        }

        @Override
        public void flush() throws IOException {
            around(DeviceEvent.Kind.FLUSH, 0, 0, device::flush);
        }

        @Override
        public ExtentSource extents() {
            return device.extents();
        }

        @Override
        public void close() throws IOException {
            try {
                before(new DeviceEvent(path, DeviceEvent.Kind.CLOSE, 0, 0));
            } finally {
                device.close(); // close(2) gives the descriptor back even when it fails
            }
        }

        private void around(
                DeviceEvent.Kind kind, long offsetBytes, long lengthBytes, Action action)
                throws IOException {
            DeviceEvent event = new DeviceEvent(path, kind, offsetBytes, lengthBytes);
            before(event);
            action.run();
            for (DeviceHook hook : hooks) {
                hook.after(event);
            }
        }

        private void before(DeviceEvent event) throws IOException {
            for (DeviceHook hook : hooks) {
                hook.before(event);
            }
        }
    }
}
