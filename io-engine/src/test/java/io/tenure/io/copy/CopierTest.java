package io.tenure.io.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.BlockDevice;
import io.tenure.io.TenureIoException;
import io.tenure.io.Zeroing;
import io.tenure.io.buffer.AlignedBuffer;
import io.tenure.io.buffer.BufferPool;
import io.tenure.io.copy.CopyPlan.Check;
import io.tenure.io.engine.IoGate;
import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.FaultyDevice.Operation;
import io.tenure.testing.io.InlineEngine;
import io.tenure.testing.io.MemoryDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What a copy does and leaves out, on devices in memory, in an order drawn from a seed. */
final class CopierTest {
    private static final int MIB = 1 << 20;
    private static final int REQUEST_BYTES = 256 << 10;

    private static final List<Check> CHECKS = List.of(Check.values());

    private final IoGate gate = new IoGate();

    @Test
    void anySourceArrivesWholeInAnyOrderOfCompletion() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int sectorBytes = random.nextBoolean() ? 512 : 4096;
            int sourceBytes = random.nextInt(4 * MIB);
            byte[] content = TestContent.mixed(sourceBytes, seed);
            MemoryDevice source = sparse(content, random.nextBoolean() ? 512 : 4096);
            int sizeBytes = roundUp(sourceBytes + random.nextInt(MIB), sectorBytes);
            MemoryDevice destination = stale(sizeBytes, sectorBytes, random);
            CopyPlan plan =
                    CopyPlan.of(source, destination)
                            .withRequestBytes(4096 << random.nextInt(8))
                            .withDepth(1 + random.nextInt(9))
                            .withZeroing(
                                    random.nextBoolean()
                                            ? Zeroing.MAY_DEALLOCATE
                                            : Zeroing.KEEP_ALLOCATED)
                            .withPreallocate(random.nextInt(4) == 0)
                            .withCheck(CHECKS.get(random.nextInt(CHECKS.size())))
                            .withOffload(random.nextBoolean() ? Offload.NEVER : Offload.AUTO);

            CopyResult result = run(plan, seed);

            byte[] expected = Arrays.copyOf(content, sizeBytes);
            assertThat(Arrays.mismatch(destination.content(), expected))
                    .as("first difference with seed " + seed)
                    .isEqualTo(-1);
            assertThat(result.bytesCopied() + result.bytesZeroed()).isEqualTo(sizeBytes);
            assertThat(result.bytesVerified())
                    .isEqualTo(plan.check() == Check.VERIFY ? sizeBytes : 0);
            CRC32C crc = new CRC32C();
            crc.update(content);
            assertThat(result.checksum())
                    .isEqualTo(
                            plan.check() == Check.NONE
                                    ? OptionalInt.empty()
                                    : OptionalInt.of((int) crc.getValue()));
            if (plan.target().preallocate()) {
                assertThat(destination.allocatedBytes()).isEqualTo(sizeBytes);
            }
        }
    }

    @Test
    void aSourceArrivesWholeOnSeveralDestinationsAndIsReadOnce() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int sourceBytes = random.nextInt(3 * MIB);
            byte[] content = TestContent.mixed(sourceBytes, seed);
            MemoryDevice inner = sparse(content, random.nextBoolean() ? 512 : 4096);
            FaultyDevice source = new FaultyDevice(inner);
            int sizeBytes = roundUp(sourceBytes + random.nextInt(MIB), 4096);
            Check check = CHECKS.get(random.nextInt(CHECKS.size()));
            int requestBytes = 4096 << random.nextInt(8);
            int depth = 1 + random.nextInt(9);
            List<MemoryDevice> destinations = new ArrayList<>();
            List<CopyPlan> plans = new ArrayList<>();
            int count = 2 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                MemoryDevice destination =
                        stale(sizeBytes, random.nextBoolean() ? 512 : 4096, random);
                destinations.add(destination);
                plans.add(
                        CopyPlan.of(source, destination)
                                .withRequestBytes(requestBytes)
                                .withDepth(depth)
                                .withPreallocate(random.nextInt(4) == 0)
                                .withCheck(check));
            }

            CopyResult result = run(new CopyPlans(plans), seed);

            byte[] expected = Arrays.copyOf(content, sizeBytes);
            for (MemoryDevice destination : destinations) {
                assertThat(Arrays.mismatch(destination.content(), expected))
                        .as("first difference with seed " + seed)
                        .isEqualTo(-1);
            }
            assertThat(source.trace().stream().map(FaultyDevice.Event::offsetBytes))
                    .as("each piece is read once, seed " + seed)
                    .doesNotHaveDuplicates();
            long allBytes = (long) count * sizeBytes;
            assertThat(result.bytesCopied() + result.bytesZeroed()).isEqualTo(allBytes);
            assertThat(result.bytesVerified()).isEqualTo(check == Check.VERIFY ? allBytes : 0);
            CRC32C crc = new CRC32C();
            crc.update(content);
            assertThat(result.checksum())
                    .isEqualTo(
                            check == Check.NONE
                                    ? OptionalInt.empty()
                                    : OptionalInt.of((int) crc.getValue()));
        }
    }

    @Test
    void anErrorOfOneOfSeveralDestinationsStopsTheCopyToAll() {
        MemoryDevice source = MemoryDevice.of("from", TestContent.random(8 * MIB, 1), 512);
        FaultyDevice good = new FaultyDevice(new MemoryDevice("good", 8 * MIB, 512));
        FaultyDevice bad = new FaultyDevice(new MemoryDevice("bad", 8 * MIB, 512));
        bad.failNth(Operation.WRITE, 3, 28);
        CopyPlans plans = new CopyPlans(List.of(plan(source, good), plan(source, bad)));
        assertThatThrownBy(() -> run(plans, 1))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("cannot write bad");
        assertThat(good.count(Operation.WRITE)).isLessThan(3 + 8 + 1);
    }

    @Test
    void everyOneOfSeveralDestinationsIsFlushed() throws IOException {
        FaultyDevice first = new FaultyDevice(new MemoryDevice("first", MIB, 512));
        FaultyDevice second = new FaultyDevice(new MemoryDevice("second", MIB, 512));
        MemoryDevice source = new MemoryDevice("from", MIB, 512);
        second.failNth(Operation.FLUSH, 1, 5);
        try (Copier copier =
                Copier.open(List.of(plan(source, first), plan(source, second)), gate, List.of())) {
            copier.run();
            assertThatThrownBy(copier::flush).hasMessageContaining("cannot flush second");
            assertThatThrownBy(copier::verify).isInstanceOf(IllegalStateException.class);
        }
        assertThat(first.count(Operation.FLUSH)).isEqualTo(1);
    }

    @Test
    void plansThatNeedDifferentReadsAreNotCarriedOutTogether() {
        MemoryDevice source = new MemoryDevice("from", MIB, 512);
        CopyPlan plan = plan(source, new MemoryDevice("to", MIB, 512));
        for (CopyPlan other :
                List.of(
                        plan(new MemoryDevice("other", MIB, 512), new MemoryDevice("2", MIB, 512)),
                        plan(source, new MemoryDevice("2", 2 * MIB, 512)),
                        plan(source, new MemoryDevice("2", MIB, 512)).withDepth(1),
                        plan(source, new MemoryDevice("2", MIB, 512)).withCheck(Check.VERIFY),
                        plan(source, new MemoryDevice("2", MIB, 512)).withOffload(Offload.AUTO))) {
            assertThatThrownBy(() -> Copier.open(List.of(plan, other), gate, List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anEmptySourceZeroesTheDestination() throws IOException {
        MemoryDevice destination = MemoryDevice.of("to", TestContent.random(MIB, 1), 512);
        CopyResult result = run(plan(new MemoryDevice("from", 0, 512), destination), 1);
        assertThat(result).isEqualTo(Results.plain(0, MIB));
        assertThat(destination.content()).isEqualTo(new byte[MIB]);
        MemoryDevice nothing = new MemoryDevice("to", 0, 512);
        result = run(plan(new MemoryDevice("from", 0, 512), nothing), 1);
        assertThat(result).isEqualTo(Results.plain(0, 0));
    }

    @Test
    void holesOfTheSourceAreNotRead() throws IOException {
        MemoryDevice memory = new MemoryDevice("from", 4 * MIB, 512);
        write(memory, 2 * MIB, MIB);
        FaultyDevice source = new FaultyDevice(memory);
        run(plan(source, new MemoryDevice("to", 4 * MIB, 512)), 1);
        assertThat(source.trace())
                .allSatisfy(event ->
                        assertThat(event.offsetBytes())
                                .isBetween(2L * MIB, 3L * MIB - REQUEST_BYTES))
                .hasSize(4);
    }

    @Test
    void whatReadsAsZeroAlreadyIsNeitherWrittenNorZeroed() throws IOException {
        byte[] zeroes = new byte[4 * MIB];
        MemoryDevice source = MemoryDevice.of("from", zeroes, 512); // written zeroes, no holes
        FaultyDevice hole = new FaultyDevice(new MemoryDevice("to", 4 * MIB, 512));
        assertThat(run(plan(source, hole), 1)).isEqualTo(Results.plain(0, 4 * MIB));
        assertThat(hole.trace()).isEmpty();
        FaultyDevice told = new FaultyDevice(MemoryDevice.of("to", zeroes, 512));
        run(plan(source, told).withDestinationState(CopyPlan.DestinationState.READS_AS_ZERO), 1);
        assertThat(told.trace()).isEmpty();
    }

    @Test
    void zeroesWithinARequestAreLeftUnwrittenWhereTheDestinationHasAHole() throws IOException {
        byte[] content = new byte[MIB];
        content[100] = 1;
        content[MIB - 1] = 1;
        MemoryDevice destination = new MemoryDevice("to", MIB, 512);
        CopyPlan plan =
                CopyPlan.of(MemoryDevice.of("from", content, 512), destination)
                        .withRequestBytes(MIB);
        CopyResult result = run(plan, 1);
        assertThat(destination.content()).isEqualTo(content);
        assertThat(result.bytesCopied()).isEqualTo(2L * CopyDriver.ZERO_BLOCK_BYTES);
        assertThat(destination.allocatedBytes()).isEqualTo(2L * CopyDriver.ZERO_BLOCK_BYTES);
    }

    @Test
    void neighbouringZeroesAreZeroedInFewCalls() throws IOException {
        MemoryDevice source = MemoryDevice.of("from", new byte[8 * MIB], 512);
        FaultyDevice destination =
                new FaultyDevice(MemoryDevice.of("to", TestContent.random(8 * MIB, 1), 512));
        run(plan(source, destination).withRequestBytes(64 << 10), 3);
        assertThat(destination.count(Operation.WRITE)).isZero();
        assertThat(destination.count(Operation.ZERO)).isLessThan(20); // of 128 requests
    }

    @Test
    void aDestinationTooSmallIsRefusedBeforeAnythingIsTouched() {
        FaultyDevice source =
                new FaultyDevice(MemoryDevice.of("from", TestContent.random(MIB, 1), 512));
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", MIB - 512, 512));
        assertThatThrownBy(() -> run(plan(source, destination), 1))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("to")
                .hasMessageContaining(Integer.toString(MIB - 512))
                .hasMessageContaining(Integer.toString(MIB));
        assertThat(source.trace()).isEmpty();
        assertThat(destination.trace()).isEmpty();
    }

    @Test
    void aDestinationWhoseEndCannotBeWrittenIsRefused() {
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", MIB + 100, 512));
        assertThatThrownBy(() -> run(plan(new MemoryDevice("from", MIB, 512), destination), 1))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("not a multiple of 512");
        assertThat(destination.trace()).isEmpty();
    }

    @Test
    void aSourceThatBecameShorterFailsTheCopy() {
        FaultyDevice source =
                new FaultyDevice(MemoryDevice.of("from", TestContent.random(2 * MIB, 1), 512));
        source.cutTo(MIB + 1000);
        assertThatThrownBy(() ->
                        run(plan(source, new MemoryDevice("to", 2 * MIB, 512)).withDepth(1), 1))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("unexpected end of file")
                .hasMessageContaining("offset " + (MIB + 1000));
    }

    @Test
    void anErrorOfTheSourceStopsTheCopy() {
        FaultyDevice source =
                new FaultyDevice(MemoryDevice.of("from", TestContent.random(8 * MIB, 1), 512));
        source.failAt(Operation.READ, MIB, 5);
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 8 * MIB, 512));
        assertThatThrownBy(() -> run(plan(source, destination), 1))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("cannot read from")
                .hasMessageContaining("EIO");
        assertThat(source.count(Operation.READ)).isLessThan(20); // of 32
    }

    @Test
    void afterAnErrorWhatHasNotBegunIsGivenUp() {
        FaultyDevice source =
                new FaultyDevice(MemoryDevice.of("from", TestContent.random(8 * MIB, 1), 512));
        source.failNth(Operation.READ, 1, 5);
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 8 * MIB, 512));
        assertThatThrownBy(() -> run(plan(source, destination), 1))
                .hasMessageContaining("cannot read from")
                .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
        assertThat(source.count(Operation.READ)).isEqualTo(1);
        assertThat(destination.trace()).isEmpty();
    }

    @Test
    void whatIsReadAfterAnErrorIsNotWrittenAnyMore() throws IOException {
        FaultyDevice source =
                new FaultyDevice(MemoryDevice.of("from", TestContent.random(8 * MIB, 1), 512));
        source.failNth(Operation.READ, 1, 5);
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 8 * MIB, 512));
        CopyPlan plan = plan(source, destination);
        try (BufferPool pool = BufferPool.allocate(plan.depth(), plan.requestBytes());
                InlineEngine engine = new InlineEngine(gate, plan.depth(), new Random(1));
                Copier copier = new Copier(plan, gate, engine, pool)) {
            engine.begunAtOnce();
            assertThatThrownBy(copier::run).hasMessageContaining("cannot read from");
        }
        assertThat(source.count(Operation.READ)).isEqualTo(plan.depth());
        assertThat(destination.trace()).isEmpty();
    }

    @Test
    void errorsOfTheDestinationStopTheCopyAndTheFirstIsThrown() {
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 8 * MIB, 512));
        destination.failNth(Operation.WRITE, 3, 28);
        MemoryDevice source = MemoryDevice.of("from", TestContent.random(8 * MIB, 1), 512);
        assertThatThrownBy(() -> run(plan(source, destination), 1))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("cannot write to")
                .hasMessageContaining("ENOSPC");
        assertThat(destination.count(Operation.WRITE)).isLessThan(3 + 8 + 1);
    }

    @Test
    void anErrorWhileZeroingFailsTheCopy() {
        FaultyDevice destination =
                new FaultyDevice(MemoryDevice.of("to", TestContent.random(MIB, 1), 512));
        destination.failNth(Operation.ZERO, 1, 5);
        assertThatThrownBy(() -> run(plan(new MemoryDevice("from", MIB, 512), destination), 1))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("cannot zero to");
    }

    @Test
    void anErrorOfTheFlushIsThrownByFlush() throws IOException {
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", MIB, 512));
        destination.failNth(Operation.FLUSH, 1, 5);
        try (Copier copier =
                Copier.open(plan(new MemoryDevice("from", MIB, 512), destination), gate)) {
            copier.run();
            assertThat(destination.count(Operation.FLUSH)).isZero();
            assertThatThrownBy(copier::flush)
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("cannot flush to");
        }
    }

    @Test
    void aCopierRunsOnceAndNeedsAnEngineAndAPoolThatFit() throws IOException {
        CopyPlan plan = plan(new MemoryDevice("from", MIB, 512), new MemoryDevice("to", MIB, 512));
        try (Copier copier = Copier.open(plan, gate)) {
            copier.run();
            assertThatThrownBy(copier::run).isInstanceOf(IllegalStateException.class);
        }
        try (BufferPool few = BufferPool.allocate(plan.depth() - 1, REQUEST_BYTES);
                BufferPool pool = BufferPool.allocate(plan.depth(), REQUEST_BYTES);
                InlineEngine deep = new InlineEngine(gate, plan.depth(), new Random(1));
                InlineEngine shallow = new InlineEngine(gate, 1, new Random(1))) {
            assertThatThrownBy(() -> new Copier(plan, gate, deep, few))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Copier(plan, gate, shallow, pool))
                    .isInstanceOf(IllegalArgumentException.class);
            AlignedBuffer taken = Objects.requireNonNull(pool.tryAcquire());
            Copier copier = new Copier(plan, gate, deep, pool);
            assertThatThrownBy(copier::run).isInstanceOf(IllegalStateException.class);
            pool.release(taken); // and every other buffer is back, or the pool would not close
        }
    }

    @Test
    void plansBeyondTheBoundsAreRefused() {
        MemoryDevice device = new MemoryDevice("from", MIB, 512);
        CopyPlan plan = plan(device, new MemoryDevice("to", MIB, 512));
        for (int bytes : new int[] {0, -4096, 512, 4097, CopyPlan.MAXIMUM_REQUEST_BYTES + 4096}) {
            assertThatThrownBy(() -> plan.withRequestBytes(bytes))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (int depth : new int[] {0, -1, CopyPlan.MAXIMUM_DEPTH + 1}) {
            assertThatThrownBy(() -> plan.withDepth(depth))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> CopyPlan.of(device, device))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static CopyPlan plan(BlockDevice source, BlockDevice destination) {
        return CopyPlan.of(source, destination).withRequestBytes(REQUEST_BYTES);
    }

    private CopyResult run(CopyPlan plan, long seed) throws IOException {
        return run(CopyPlans.of(plan), seed);
    }

    private CopyResult run(CopyPlans plans, long seed) throws IOException {
        CopyPlan plan = plans.first();
        try (BufferPool pool = BufferPool.allocate(plan.depth(), plan.requestBytes());
                InlineEngine engine = new InlineEngine(gate, plan.depth(), new Random(seed));
                Copier copier = new Copier(plans, gate, engine, pool, false, TimeSource.SYSTEM)) {
            try {
                CopyResult result = copier.run();
                if (plan.check() == Check.VERIFY) {
                    copier.flush();
                    result = copier.verify();
                }
                assertThat(copier.progress().doneBytes()).isEqualTo(copier.progress().totalBytes());
                return result;
            } finally {
                assertThat(engine.inFlight()).isZero();
                assertThat(gate.inFlight()).isZero();
            }
        }
    }

    private static MemoryDevice sparse(byte[] content, int sectorBytes) throws IOException {
        MemoryDevice device = MemoryDevice.of("from", content, sectorBytes);
        byte[] zero = new byte[sectorBytes];
        for (int at = 0; at + sectorBytes <= content.length; at += sectorBytes) {
            if (Arrays.equals(content, at, at + sectorBytes, zero, 0, sectorBytes)) {
                device.zero(
                        at,
                        sectorBytes,
                        (at / sectorBytes) % 8 == 0
                                ? Zeroing.KEEP_ALLOCATED
                                : Zeroing.MAY_DEALLOCATE);
            }
        }
        return device;
    }

    /** A device with old data everywhere but in a few holes. */
    private static MemoryDevice stale(int sizeBytes, int sectorBytes, Random random)
            throws IOException {
        byte[] old = new byte[sizeBytes];
        Arrays.fill(old, (byte) 0x5a);
        MemoryDevice device = MemoryDevice.of("to", old, sectorBytes);
        int sectors = sizeBytes / sectorBytes;
        for (int i = 0; i < 10 && sectors > 0; i++) {
            int first = random.nextInt(sectors);
            int count = 1 + random.nextInt(sectors - first);
            device.zero(
                    (long) first * sectorBytes,
                    (long) count / 4 * sectorBytes,
                    Zeroing.MAY_DEALLOCATE);
        }
        return device;
    }

    private static void write(MemoryDevice device, int offsetBytes, int lengthBytes)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            device.write(offsetBytes, arena.allocate(lengthBytes, 4096).fill((byte) 1));
        }
    }

    private static int roundUp(int bytes, int unitBytes) {
        return (bytes + unitBytes - 1) & -unitBytes;
    }
}
