package io.tenure.example;

import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.jobs.DataMoved;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Fills a whole volume with one byte value. */
public final class PatternVolume implements Job {
    private static final long STEP_BYTES = 64 << 10;

    private final JobRequest request;
    private final byte value;
    private volatile long doneBytes;
    private @Nullable BlockDevice device;

    /** Creates the job; it does nothing yet. */
    public PatternVolume(
            UUID id,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            byte value) {
        this.request =
                new JobRequest(
                        id, "pattern", domain, volumeId, RecordUse.REWRITES, expectedGeneration);
        this.value = value;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public long bufferBytes() {
        return STEP_BYTES;
    }

    @Override
    public void validate(JobContext context) throws IOException {
        device =
                context.devices()
                        .open(
                                request.domain().dataPath(context.record()),
                                Access.READ_WRITE_EXCLUSIVE);
    }

    @Override
    public void work(JobContext context) throws IOException {
        BlockDevice opened = Objects.requireNonNull(device);
        long capacityBytes = context.record().capacityBytes();
        context.reportProgress(() -> new JobProgress(doneBytes, capacityBytes));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(STEP_BYTES, 4096).fill(value);
            for (long at = 0; at < capacityBytes; at += STEP_BYTES) {
                long bytes = Math.min(STEP_BYTES, capacityBytes - at);
                context.gate().enter(); // refuses after an abort, or when the lease is lost
                try {
                    opened.write(at, buffer.asSlice(0, bytes));
                } finally {
                    context.gate().exit();
                }
                doneBytes = at + bytes;
            }
        }
        context.gate().enter();
        try {
            opened.flush();
        } finally {
            context.gate().exit();
        }
        context.accomplished(
                new DataMoved(capacityBytes, 0, 0, OptionalInt.empty(), 0, Optional.empty()));
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return Objects.requireNonNull(current).completed(context.clock().now());
    }

    @Override
    public void close() throws IOException {
        BlockDevice opened = device;
        if (opened != null) {
            opened.close();
        }
    }
}
