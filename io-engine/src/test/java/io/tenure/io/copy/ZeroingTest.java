package io.tenure.io.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.io.Zeroing;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoGate;
import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.FaultyDevice.Operation;
import io.tenure.testing.io.MemoryDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Finding zeroes, joining them, and zeroing whole devices. */
final class ZeroingTest {
    private static final int MIB = 1 << 20;

    @TempDir Path directory;

    private final IoGate gate = new IoGate();

    @Test
    void aSingleByteAnywhereIsNoZero() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096 + 16, 8);
            memory.set(ValueLayout.JAVA_BYTE, 7, (byte) 1); // before the range
            memory.set(ValueLayout.JAVA_BYTE, 8 + 4096, (byte) 1); // after it
            assertThat(ZeroDetector.isZero(memory, 8, 4096)).isTrue();
            for (int at = 0; at < 4096; at++) {
                memory.set(ValueLayout.JAVA_BYTE, 8 + at, (byte) 0x80);
                assertThat(ZeroDetector.isZero(memory, 8, 4096)).as("byte %d", at).isFalse();
                memory.set(ValueLayout.JAVA_BYTE, 8 + at, (byte) 0);
            }
            assertThat(ZeroDetector.isZero(memory, 8, 8)).isTrue();
        }
    }

    @Test
    void aPatternThatRepeatsIsNoZero() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096, 8).fill((byte) 0x5a);
            assertThat(ZeroDetector.isZero(memory, 0, 4096)).isFalse();
        }
    }

    @Test
    void rangesAreJoinedInWhateverOrderTheyCome() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            boolean[] wanted = new boolean[64];
            ZeroRuns runs = new ZeroRuns(64, Long.MAX_VALUE);
            int[] order = random.ints(200, 0, 64).distinct().toArray();
            for (int unit : order) {
                wanted[unit] = true;
                runs.add(unit * 10L, unit * 10L + 10);
            }
            boolean[] got = new boolean[64];
            int taken = 0;
            for (int run = runs.choose(true); run >= 0; run = runs.choose(true)) {
                taken++;
                long startBytes = runs.startBytes(run);
                long endBytes = runs.endBytes(run);
                Arrays.fill(got, (int) (startBytes / 10), (int) (endBytes / 10), true);
                runs.advance(run, endBytes - startBytes);
            }
            assertThat(got).isEqualTo(wanted);
            assertThat(taken).isEqualTo(runsIn(wanted));
        }
    }

    @Test
    void aRangeWaitsForNeighboursUntilItIsLongOrPlacesRunOut() {
        ZeroRuns runs = new ZeroRuns(4, 100);
        runs.add(0, 50);
        assertThat(runs.choose(false)).isEqualTo(-1);
        assertThat(runs.choose(true)).isZero();
        runs.add(50, 100);
        assertThat(runs.choose(false)).isZero();
        runs.advance(0, 100);
        assertThat(runs.choose(true)).isEqualTo(-1);
        runs.add(0, 10);
        runs.add(20, 30);
        assertThat(runs.choose(false)).isEqualTo(-1);
        runs.add(40, 50);
        assertThat(runs.choose(false)).isZero();
        runs.add(60, 70);
        assertThatThrownBy(() -> runs.add(80, 90)).isInstanceOf(IllegalStateException.class);
        runs.add(70, 80); // a neighbour always finds a place
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aWholeDeviceIsZeroed(Place place) throws Exception {
        int sizeBytes = 2 * MIB + place.unitBytes();
        for (Zeroing zeroing : Zeroing.values()) {
            try (Place.Made made = new Place.Made(directory)) {
                Path path = made.make(place, "device" + zeroing, sizeBytes);
                TestContent.writeAll(path, TestContent.random(sizeBytes, 1));
                try (BlockDevice device = BlockDevices.open(path, Access.READ_WRITE_EXCLUSIVE)) {
                    Zeroer zeroer = new Zeroer(device, zeroing, gate);
                    zeroer.run();
                    zeroer.flush();
                    assertThat(zeroer.progress().zeroedBytes()).isEqualTo(sizeBytes);
                    assertThatThrownBy(zeroer::run).isInstanceOf(IllegalStateException.class);
                }
                assertThat(TestContent.readAll(path, sizeBytes)).isEqualTo(new byte[sizeBytes]);
            }
        }
    }

    @Test
    void aRangeIsZeroedStepByStepAndNothingBesideIt() throws IOException {
        byte[] content = TestContent.random(16 << 10, 5);
        MemoryDevice device = MemoryDevice.of("disk", content, 512);
        Zeroer zeroer = new Zeroer(device, 4 << 10, 9 << 10, Zeroing.KEEP_ALLOCATED, gate);
        assertThat(zeroer.step(4 << 10)).isTrue();
        assertThat(zeroer.progress().doneBytes()).isEqualTo(4 << 10);
        assertThat(zeroer.step(4 << 10)).isTrue();
        assertThat(zeroer.step(4 << 10)).isFalse();
        assertThat(zeroer.step(4 << 10)).isFalse();
        Arrays.fill(content, 4 << 10, 13 << 10, (byte) 0);
        assertThat(device.content()).isEqualTo(content);
        assertThatThrownBy(zeroer::run).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aZeroerStopsAtTheGateAndAtTheFirstError() throws IOException {
        FaultyDevice device =
                new FaultyDevice(MemoryDevice.of("disk", TestContent.random(MIB, 1), 512));
        device.failNth(Operation.ZERO, 1, 5);
        Zeroer failing = new Zeroer(device, Zeroing.MAY_DEALLOCATE, gate);
        assertThatThrownBy(failing::run).isInstanceOf(TenureIoException.class);
        assertThat(gate.inFlight()).isZero();
        gate.close(IoGate.Reason.ABORTED, "stop");
        Zeroer refused = new Zeroer(device, Zeroing.MAY_DEALLOCATE, gate);
        assertThatThrownBy(refused::run).isInstanceOf(GateClosedException.class);
        assertThatThrownBy(refused::flush).isInstanceOf(GateClosedException.class);
        assertThat(device.trace()).hasSize(1);
    }

    @Test
    void aDeviceWhoseEndCannotBeWrittenIsRefusedBeforeAnythingIsZeroed() {
        FaultyDevice device =
                new FaultyDevice(MemoryDevice.of("disk", TestContent.random(MIB + 7, 1), 512));
        Zeroer zeroer = new Zeroer(device, Zeroing.MAY_DEALLOCATE, gate);
        assertThatThrownBy(zeroer::run)
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("not a multiple of 512");
        assertThat(device.trace()).isEmpty();
    }

    private static int runsIn(boolean[] wanted) {
        int runs = 0;
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] && (i == 0 || !wanted[i - 1])) {
                runs++;
            }
        }
        return runs;
    }
}
