package io.tenure.io.engine;

import io.tenure.io.BlockDevice;
import io.tenure.io.HeldDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The devices that were made known to an engine, each with its descriptor held. */
final class HeldDevices implements AutoCloseable {
    /** The number of a device that has no descriptor, or was not made known. */
    static final int NO_DESCRIPTOR = -1;

    private final List<BlockDevice> devices = new ArrayList<>();
    private final List<HeldDescriptor> held = new ArrayList<>();

    /** Holds a device's descriptor, if it has one; once, however often it is asked. */
    void add(BlockDevice device) throws IOException {
        if (numberOf(device) != NO_DESCRIPTOR) {
            return;
        }
        Optional<HeldDescriptor> descriptor = device.holdDescriptor();
        if (descriptor.isPresent()) {
            devices.add(device);
            held.add(descriptor.get());
        }
    }

    /** The device's descriptor, or {@link #NO_DESCRIPTOR}. */
    int numberOf(BlockDevice device) {
        for (int i = 0; i < devices.size(); i++) { // there are a few: no map is faster
            if (devices.get(i).equals(device)) {
                return held.get(i).number();
            }
        }
        return NO_DESCRIPTOR;
    }

    /** Lets all go. */
    @Override
    public void close() {
        held.forEach(HeldDescriptor::close);
        held.clear();
        devices.clear();
    }
}
