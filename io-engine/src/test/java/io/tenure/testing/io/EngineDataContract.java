package io.tenure.testing.io;

import static io.tenure.testing.io.EngineFixture.DEPTH;
import static io.tenure.testing.io.EngineFixture.SIZE_BYTES;
import static io.tenure.testing.io.EngineFixture.UNIT_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.io.BlockDevice;
import io.tenure.io.DeviceWindow;
import io.tenure.io.Zeroing;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an engine promises of the data it moves. */
interface EngineDataContract extends EngineFixture.Owner {

    @Test
    default void whatIsWrittenIsReadAndEveryRequestComesBackOnce() {
        EngineFixture on = fixture();
        IoRequest[] requests = on.submitWrites();
        on.reapAll();
        for (int i = 0; i < DEPTH; i++) {
            assertThat(requests[i].failure()).isNull();
            requests[i].prepareRead(on.device, (long) i * UNIT_BYTES, on.filled(0));
            on.engine.submit(requests[i]);
        }
        on.reapAll();
        for (int i = 0; i < DEPTH; i++) {
            assertThat(requests[i].failure()).isNull();
            assertThat(requests[i].transferredBytes()).isEqualTo(UNIT_BYTES);
            assertThat(requests[i].memory().mismatch(on.filled(i + 1))).isEqualTo(-1);
        }
    }

    @Test
    default void aRangeIsZeroed() {
        EngineFixture on = fixture();
        IoRequest request = new IoRequest(0);
        request.prepareWrite(on.device, 0, on.filled(9));
        on.engine.submit(request);
        on.reapAll();
        request.prepareZero(on.device, 0, UNIT_BYTES, Zeroing.MAY_DEALLOCATE);
        on.engine.submit(request);
        on.reapAll();
        assertThat(request.failure()).isNull();
        request.prepareRead(on.device, 0, on.filled(9));
        on.engine.submit(request);
        on.reapAll();
        assertThat(request.memory().mismatch(on.filled(0))).isEqualTo(-1);
    }

    @Test
    default void aReadAtTheEndIsShortAndNoFailure() {
        EngineFixture on = fixture();
        IoRequest request = new IoRequest(0);
        request.prepareRead(on.device, SIZE_BYTES - UNIT_BYTES, on.allocate(8192));
        on.engine.submit(request);
        on.reapAll();
        assertThat(request.failure()).isNull();
        assertThat(request.transferredBytes()).isEqualTo(UNIT_BYTES);
    }

    @Test
    default void aDeviceThatWasNotMadeKnownIsServedToo() throws IOException {
        EngineFixture on = fixture();
        try (BlockDevice unknown = new MemoryDevice("unknown", SIZE_BYTES, 512)) {
            on.engine.register(unknown); // it has no descriptor
            IoRequest request = new IoRequest(0);
            request.prepareWrite(unknown, 0, on.filled(3));
            on.engine.submit(request);
            on.reapAll();
            request.prepareRead(unknown, 0, on.filled(0));
            on.engine.submit(request);
            on.reapAll();
            assertThat(request.failure()).isNull();
            assertThat(request.memory().mismatch(on.filled(3))).isEqualTo(-1);
        }
    }

    @Test
    default void aWindowHidesWhatLiesBehindIt() throws IOException {
        EngineFixture on = fixture();
        BlockDevice whole = on.openDevice("whole");
        whole.write(0, on.filled(8));
        whole.write(UNIT_BYTES, on.filled(8));
        try (BlockDevice window = new DeviceWindow(whole, UNIT_BYTES);
                IoEngine other = on.createEngine(on.gate)) {
            other.register(window);
            IoRequest read = new IoRequest(0);
            MemorySegment memory = on.allocate(2 * UNIT_BYTES);
            read.prepareRead(window, 0, memory);
            IoRequest beyond = new IoRequest(1);
            beyond.prepareRead(window, UNIT_BYTES, on.filled(0));
            IoRequest write = new IoRequest(2);
            write.prepareWrite(window, UNIT_BYTES, on.filled(1));
            other.submit(read);
            other.submit(beyond);
            other.submit(write);
            other.drain();
            assertThat(read.transferredBytes()).isEqualTo(UNIT_BYTES);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, UNIT_BYTES)).isZero();
            assertThat(beyond.failure()).isNull();
            assertThat(beyond.transferredBytes()).isZero();
            assertThat(write.failure()).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    default void requestsKeepTheirContentUnderLoad() {
        EngineFixture on = fixture();
        IoRequest[] requests = new IoRequest[DEPTH];
        IoRequest[] completed = new IoRequest[DEPTH];
        int units = SIZE_BYTES / UNIT_BYTES;
        for (int i = 0; i < DEPTH; i++) {
            requests[i] = new IoRequest(i);
            requests[i].prepareWrite(on.device, 0, on.allocate(UNIT_BYTES));
        }
        int next = 0;
        Set<Integer> free = new HashSet<>(Set.of(0, 1, 2, 3));
        while (next < units || on.engine.inFlight() > 0) {
            while (next < units && !free.isEmpty()) {
                int slot = free.iterator().next();
                free.remove(slot);
                MemorySegment memory = requests[slot].memory();
                memory.set(ValueLayout.JAVA_INT, 0, next);
                requests[slot].prepareWrite(on.device, (long) next * UNIT_BYTES, memory);
                on.engine.submit(requests[slot]);
                next++;
            }
            int count = on.engine.reap(1, completed);
            for (int i = 0; i < count; i++) {
                assertThat(completed[i].failure()).isNull();
                assertThat(free.add(completed[i].tag())).isTrue();
            }
        }
        for (int i = 0; i < units; i++) {
            requests[0].prepareRead(on.device, (long) i * UNIT_BYTES, requests[0].memory());
            on.engine.submit(requests[0]);
            on.engine.reap(1, completed);
            assertThat(requests[0].memory().get(ValueLayout.JAVA_INT, 0)).isEqualTo(i);
        }
    }
}
