package io.tenure.testing.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.TenureIoException;
import io.tenure.io.Zeroing;
import io.tenure.io.extent.Extent;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link BlockDevice} promises. A class for each kind of device extends it. */
public abstract class BlockDeviceContract {
    /** The size of the device to be tested: enough for several requests, whole sectors of 4096. */
    protected static final int SIZE_BYTES = 1 << 20;

    private final List<AutoCloseable> below = new ArrayList<>();
    private final Arena arena = Arena.ofConfined();
    private BlockDevice device;
    private int unitBytes;

    /** For the classes that extend it. */
    @SuppressWarnings("NullAway.Init") // the device comes in open()
    protected BlockDeviceContract() {}

    /**
     * Opens a device for reading and writing.
     *
     * @return a device of {@link #SIZE_BYTES} that reads as zero
     * @throws IOException it cannot be opened
     */
    protected abstract BlockDevice openDevice() throws IOException;

    /**
     * Keeps what lies below the device, to be closed after the device.
     *
     * @param <T> its type
     * @param resource such as a loop device, which fails to close when the device leaks a
     *     descriptor
     * @return the resource
     */
    protected final <T extends AutoCloseable> T keep(T resource) {
        below.add(resource);
        return resource;
    }

    @BeforeEach
    void open() throws IOException {
        device = openDevice();
        unitBytes = device.geometry().offsetAlignment();
    }

    @AfterEach
    void closeAll() throws Exception {
        arena.close();
        try {
            device.close();
        } finally {
            for (AutoCloseable resource : below.reversed()) {
                resource.close();
            }
        }
    }

    @Test
    void theGeometryIsThatOfTheDevice() {
        Geometry geometry = device.geometry();
        assertThat(geometry.sizeBytes()).isEqualTo(SIZE_BYTES);
        assertThat(geometry.offsetAlignment()).isBetween(512, 4096);
        assertThat(geometry.memoryAlignment()).isBetween(1, 4096);
        assertThat(device.name()).isNotEmpty();
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        MemorySegment data = random(2 * unitBytes, 1);
        device.write(unitBytes, data);
        MemorySegment read = memory(4 * unitBytes);
        assertThat(device.read(0, read)).isEqualTo(4 * unitBytes);
        assertThat(read.asSlice(unitBytes, 2L * unitBytes).mismatch(data)).isEqualTo(-1);
        assertZero(read.asSlice(0, unitBytes));
        assertZero(read.asSlice(3L * unitBytes, unitBytes));
    }

    @Test
    void aReadAcrossTheEndBringsWhatIsThere() throws IOException {
        MemorySegment data = random(unitBytes, 2);
        device.write(SIZE_BYTES - unitBytes, data);
        MemorySegment read = memory(4 * unitBytes);
        assertThat(device.read(SIZE_BYTES - unitBytes, read)).isEqualTo(unitBytes);
        assertThat(read.asSlice(0, unitBytes).mismatch(data)).isEqualTo(-1);
    }

    @Test
    void aReadAtTheEndOrBeyondBringsNothing() throws IOException {
        assertThat(device.read(SIZE_BYTES, memory(unitBytes))).isZero();
        assertThat(device.read(2L * SIZE_BYTES, memory(unitBytes))).isZero();
    }

    @Test
    void aRangeReadsAsZeroAfterItWasZeroedAndItsNeighboursAreLeftAlone() throws IOException {
        for (Zeroing zeroing : Zeroing.values()) {
            MemorySegment data = random(SIZE_BYTES, 3);
            device.write(0, data);
            int fromBytes = 3 * unitBytes;
            int toBytes = SIZE_BYTES - unitBytes;
            device.zero(fromBytes, toBytes - fromBytes, zeroing);
            MemorySegment read = memory(SIZE_BYTES);
            assertThat(device.read(0, read)).isEqualTo(SIZE_BYTES);
            assertZero(read.asSlice(fromBytes, toBytes - fromBytes));
            assertThat(read.asSlice(0, fromBytes).mismatch(data.asSlice(0, fromBytes)))
                    .isEqualTo(-1);
            assertThat(read.asSlice(toBytes).mismatch(data.asSlice(toBytes))).isEqualTo(-1);
        }
    }

    @Test
    void emptyRangesDoNothing() throws IOException {
        device.zero(0, 0, Zeroing.MAY_DEALLOCATE);
        device.zero(SIZE_BYTES, 0, Zeroing.KEEP_ALLOCATED);
        device.discard(0, 0);
        device.write(0, memory(0));
        assertThat(device.read(0, memory(0))).isZero();
    }

    @Test
    void aDiscardLeavesTheRestAlone() throws IOException {
        MemorySegment data = random(2 * unitBytes, 4);
        device.write(0, data);
        device.discard(unitBytes, unitBytes);
        MemorySegment read = memory(unitBytes);
        device.read(0, read);
        assertThat(read.mismatch(data.asSlice(0, unitBytes))).isEqualTo(-1);
    }

    @Test
    void allocationChangesNothingThatIsRead() throws IOException {
        MemorySegment data = random(2 * unitBytes, 8);
        device.write(0, data);
        device.allocate(unitBytes, (long) SIZE_BYTES - unitBytes);
        device.allocate(0, 0);
        MemorySegment read = memory(SIZE_BYTES);
        assertThat(device.read(0, read)).isEqualTo(SIZE_BYTES);
        assertThat(read.asSlice(0, 2L * unitBytes).mismatch(data)).isEqualTo(-1);
        assertZero(read.asSlice(2L * unitBytes));
        refused(() -> device.allocate(1, unitBytes));
        outside(() -> device.allocate(SIZE_BYTES, unitBytes));
    }

    @Test
    void nothingIsSharedWithADeviceOfAnotherKind() throws IOException {
        try (MemoryDevice other = new MemoryDevice("other", SIZE_BYTES, 512)) {
            assertThat(device.canShare(other)).isFalse();
            assertThat(device.share(other, 0, SIZE_BYTES)).isFalse();
            refused(() -> device.share(other, 1, unitBytes));
            outside(() -> device.share(other, SIZE_BYTES, unitBytes));
        }
    }

    @Test
    void aFlushSucceeds() throws IOException {
        device.write(0, random(unitBytes, 5));
        device.flush();
        device.flush();
    }

    @Test
    void whatIsNotAlignedIsRefused() {
        MemorySegment good = memory(unitBytes);
        refused(() -> device.read(1, good));
        refused(() -> device.write(unitBytes / 2, good));
        refused(() -> device.write(0, good.asSlice(0, unitBytes - 1)));
        refused(() -> device.zero(0, unitBytes + 1, Zeroing.MAY_DEALLOCATE));
        refused(() -> device.zero(7, unitBytes, Zeroing.KEEP_ALLOCATED));
        refused(() -> device.discard(0, unitBytes / 2));
        refused(() -> device.write(0, MemorySegment.ofArray(new byte[unitBytes])));
        int memoryAlignment = device.geometry().memoryAlignment();
        if (memoryAlignment > 1) {
            MemorySegment skewed = memory(2 * unitBytes).asSlice(memoryAlignment / 2, unitBytes);
            refused(() -> device.read(0, skewed));
            refused(() -> device.write(0, skewed));
        }
    }

    @Test
    void whatLiesBeyondTheEndIsRefusedBeforeAnythingIsTouched() throws IOException {
        MemorySegment two = random(2 * unitBytes, 6);
        outside(() -> device.write(SIZE_BYTES - unitBytes, two));
        outside(() -> device.write(SIZE_BYTES, two));
        outside(() -> device.write(-unitBytes, two));
        outside(() -> device.zero(SIZE_BYTES - unitBytes, 2L * unitBytes, Zeroing.MAY_DEALLOCATE));
        outside(() -> device.zero(0, -unitBytes, Zeroing.MAY_DEALLOCATE));
        outside(() -> device.discard(SIZE_BYTES, unitBytes));
        outside(() -> device.read(-unitBytes, two));
        MemorySegment read = memory(unitBytes);
        assertThat(device.read(SIZE_BYTES - unitBytes, read)).isEqualTo(unitBytes);
        assertZero(read);
    }

    @Test
    void extentsCoverTheWindowAndNeverCallDataZero() throws IOException {
        device.write(SIZE_BYTES / 2, random(unitBytes, 7));
        long atBytes = unitBytes;
        long endBytes = (long) SIZE_BYTES - unitBytes;
        while (atBytes < endBytes) {
            Extent extent = device.extents().extentAt(atBytes, endBytes - atBytes);
            assertThat(extent.offsetBytes()).isEqualTo(atBytes);
            assertThat(extent.endBytes()).isLessThanOrEqualTo(endBytes);
            if (extent.offsetBytes() <= SIZE_BYTES / 2 && extent.endBytes() > SIZE_BYTES / 2) {
                assertThat(extent.readsAsZero()).isFalse();
            }
            atBytes = extent.endBytes();
        }
        assertThat(atBytes).isEqualTo(endBytes);
        outside(() -> device.extents().extentAt(0, SIZE_BYTES + 1L));
    }

    @Test
    void aClosedDeviceFailsAndSaysSo() throws IOException {
        device.close();
        device.close();
        closed(() -> device.read(0, memory(unitBytes)));
        closed(() -> device.write(0, memory(unitBytes)));
        closed(() -> device.zero(0, unitBytes, Zeroing.MAY_DEALLOCATE));
        closed(() -> device.discard(0, unitBytes));
        closed(() -> device.flush());
    }

    private MemorySegment memory(int bytes) {
        return arena.allocate(bytes, 4096);
    }

    private MemorySegment random(int bytes, long seed) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        MemorySegment memory = memory(bytes);
        MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes);
        return memory;
    }

    private static void assertZero(MemorySegment memory) {
        MemorySegment zeroes = MemorySegment.ofArray(new byte[(int) memory.byteSize()]);
        assertThat(memory.mismatch(zeroes)).as("first byte that is not zero").isEqualTo(-1);
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }

    private static void outside(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static void closed(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("closed");
    }
}
