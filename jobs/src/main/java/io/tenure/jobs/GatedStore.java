package io.tenure.jobs;

import io.tenure.domain.LeaseCheck;
import io.tenure.domain.SlotContent;
import io.tenure.domain.VolumeStore;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.io.engine.IoGate;
import java.io.IOException;
import java.util.List;

/** A store whose writes stop for good when a lease is lost. */
final class GatedStore implements VolumeStore {
    private final VolumeStore store;
    private final IoGate gate;
    private final JobTask task;

    GatedStore(VolumeStore store, IoGate gate, JobTask task) {
        this.store = store;
        this.gate = gate;
        this.task = task;
    }

    @Override
    public VolumeSlot read(int slotIndex) throws IOException {
        return store.read(slotIndex);
    }

    @Override
    public void write(VolumeSlot base, VolumeRecord next, LeaseCheck leases) throws IOException {
        gate.enter();
        try {
            store.write(
                    base,
                    next,
                    () -> {
                        leases.stillOurs();
                        gate.check(); // a write has two sectors, and the lease may be lost between
                    });
        } finally {
            gate.exit();
        }
        task.recordWritten(next);
    }

    @Override
    public void flush() throws IOException {
        gate.enter();
        try {
            store.flush();
        } finally {
            gate.exit();
        }
    }

    @Override
    public List<SlotContent> readAll() throws IOException {
        return store.readAll();
    }
}
