package io.tenure.testing.jobs;

import io.tenure.io.TenureIoException;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Is called around the operations of {@link TestDevices}; what it throws fails the operation. */
public interface DeviceHook {
    /**
     * Called before the operation reaches the device.
     *
     * @param event the operation
     * @throws IOException to fail it, the device untouched
     */
    default void before(DeviceEvent event) throws IOException {}

    /**
     * Called when the device has carried the operation out.
     *
     * @param event the operation
     * @throws IOException to report a failure although it was carried out
     */
    default void after(DeviceEvent event) throws IOException {}

    /**
     * Fails operations that then never reach the device.
     *
     * @param which the operations
     * @param errno why, see errno(3)
     * @return the hook
     */
    static DeviceHook failing(Predicate<DeviceEvent> which, int errno) {
        return new DeviceHook() {
            @Override
            public void before(DeviceEvent event) throws IOException {
                if (which.test(event)) {
                    throw failure(event, errno);
                }
            }
        };
    }

    /**
     * Reports failures of operations that the device has carried out all the same.
     *
     * @param which the operations
     * @param errno why, see errno(3)
     * @return the hook
     */
    static DeviceHook failingAfterwards(Predicate<DeviceEvent> which, int errno) {
        return new DeviceHook() {
            @Override
            public void after(DeviceEvent event) throws IOException {
                if (which.test(event)) {
                    throw failure(event, errno);
                }
            }
        };
    }

    /**
     * Calls an action before operations.
     *
     * @param which the operations
     * @param action what to do
     * @return the hook
     */
    static DeviceHook calling(Predicate<DeviceEvent> which, Runnable action) {
        return new DeviceHook() {
            @Override
            public void before(DeviceEvent event) {
                if (which.test(event)) {
                    action.run();
                }
            }
        };
    }

    /**
     * Selects one of several operations.
     *
     * @param number the how manieth, from 1
     * @param which those that are counted
     * @return true once
     */
    static Predicate<DeviceEvent> nth(int number, Predicate<DeviceEvent> which) {
        AtomicInteger count = new AtomicInteger();
        return event -> which.test(event) && count.incrementAndGet() == number;
    }

    private static TenureIoException failure(DeviceEvent event, int errno) {
        return new TenureIoException(
                event.kind().name().toLowerCase(Locale.ROOT),
                event.path().toString(),
                event.offsetBytes(),
                event.lengthBytes(),
                errno,
                "ordered by the test");
    }
}
