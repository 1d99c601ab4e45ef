package io.tenure.io.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.io.buffer.BufferPool;
import io.tenure.io.engine.EngineKind;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoEngines;
import io.tenure.io.engine.IoGate;
import io.tenure.io.engine.ThreadEngine;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.FaultyDevice.Operation;
import io.tenure.testing.io.MemoryDevice;
import io.tenure.testing.io.MountedFileSystem;
import io.tenure.testing.io.OperationHold;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies that end early, with real threads, and those that only real files can show. */
final class CopyAbortTest {
    private static final int MIB = 1 << 20;
    private static final long LIMIT_SECONDS = 30;

    @TempDir Path directory;

    private final IoGate gate = new IoGate();

    @Test
    void afterTheGateWasClosedOnlyWhatWasInFlightIsFinished() throws Exception {
        MemoryDevice source = MemoryDevice.of("from", TestContent.random(64 * MIB, 1), 512);
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 64 * MIB, 512));
        CopyPlan plan = CopyPlan.of(source, destination);
        try (OperationHold hold = destination.holdNth(Operation.WRITE, 10);
                Copier copier = Copier.open(plan, gate);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<CopyResult> running = pool.submit(copier::run);
            hold.awaitReached();
            gate.close(IoGate.Reason.ABORTED, "asked to stop");
            int begun = destination.trace().size();
            assertThat(running.isDone()).isFalse(); // one write is still in the device
            hold.release();
            gate.awaitDrained();
            int finished = destination.trace().size();
            // A thread may be on its way from the gate to the device when the gate closes.
            assertThat(finished).isLessThan(begun + ThreadEngine.DEFAULT_THREADS);
            assertThatThrownBy(() -> running.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(GateClosedException.class)
                    .hasMessage("asked to stop");
            assertThat(destination.trace()).hasSize(finished);
            assertThatThrownBy(copier::flush).isInstanceOf(GateClosedException.class);
        }
    }

    @Test
    void aCopyBehindAClosedGateTouchesNothing() throws IOException {
        gate.close(IoGate.Reason.LEASE_LOST, "lost");
        FaultyDevice source =
                new FaultyDevice(MemoryDevice.of("from", TestContent.random(MIB, 1), 512));
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", MIB, 512));
        try (Copier copier = Copier.open(CopyPlan.of(source, destination), gate)) {
            assertThatThrownBy(copier::run).isInstanceOf(GateClosedException.class);
        }
        assertThat(source.trace()).isEmpty();
        assertThat(destination.trace()).isEmpty();
    }

    @Test
    void anErrorIsThrownOnlyAfterTheOtherRequestsCameBack() throws Exception {
        FaultyDevice source =
                new FaultyDevice(MemoryDevice.of("from", TestContent.random(16 * MIB, 1), 512));
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 16 * MIB, 512));
        destination.failNth(Operation.WRITE, 2, 5);
        try (OperationHold hold = destination.holdNth(Operation.WRITE, 1);
                Copier copier = Copier.open(CopyPlan.of(source, destination), gate);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<CopyResult> running = pool.submit(copier::run);
            hold.awaitReached();
            while (destination.count(Operation.WRITE) < 2 && !running.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(running.isDone()).isFalse();
            hold.release();
            assertThatThrownBy(() -> running.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("EIO");
            assertThat(gate.inFlight()).isZero();
        }
    }

    @Test
    void aFullFileSystemFailsTheCopyByName() throws IOException {
        Path source = directory.resolve("source");
        TestContent.writeAll(source, TestContent.random(8 * MIB, 1));
        try (MountedFileSystem small = MountedFileSystem.tmpfs(directory, 4 * MIB);
                BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                BlockDevice out = BlockDevices.create(small.root().resolve("volume"), 8 * MIB);
                Copier copier = Copier.open(CopyPlan.of(in, out), gate)) {
            assertThatThrownBy(copier::run)
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("ENOSPC")
                    .hasMessageContaining("volume");
        }
    }

    @Test
    void aRealFileThatIsCutDuringTheCopyFailsIt() throws Exception {
        Path path = directory.resolve("source");
        TestContent.writeAll(path, TestContent.random(16 * MIB, 1));
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 16 * MIB, 512));
        try (BlockDevice source = BlockDevices.open(path, Access.READ_ONLY);
                OperationHold hold = destination.holdNth(Operation.WRITE, 1);
                Copier copier = Copier.open(CopyPlan.of(source, destination).withDepth(1), gate);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<CopyResult> running = pool.submit(copier::run);
            hold.awaitReached();
            cut(path, 5 * MIB + 100);
            hold.release();
            assertThatThrownBy(() -> running.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("unexpected end of file");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = EngineKind.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aSourceThatIsCutFailsTheCopyThroughEveryEngine(EngineKind kind) throws Exception {
        Path path = directory.resolve("source");
        for (long cutBytes : new long[] {0, 2 * MIB, 5 * MIB + 100, 16 * MIB - 1}) {
            TestContent.writeAll(path, TestContent.random(16 * MIB, 1));
            VirtualTime time = new VirtualTime();
            time.atNanos(1_000_000_000, () -> cut(path, cutBytes)); // 4 MiB have been read
            Path target = directory.resolve("new" + cutBytes);
            try (BlockDevice source = BlockDevices.open(path, Access.READ_ONLY);
                    BlockDevice destination = BlockDevices.create(target, 16 * MIB)) {
                CopyPlan plan = CopyPlan.of(source, destination).withRateLimit(4 * MIB);
                try (BufferPool pool = BufferPool.allocate(plan.depth(), plan.requestBytes());
                        IoEngine engine =
                                IoEngines.open(
                                        kind, gate, plan.depth(), List.of(source, destination));
                        Copier copier =
                                new Copier(CopyPlans.of(plan), gate, engine, pool, false, time)) {
                    assertThatThrownBy(copier::run)
                            .as("cut to %d", cutBytes)
                            .isInstanceOf(TenureIoException.class)
                            .hasMessageContaining(path.toString())
                            .hasMessageContaining("unexpected end of file");
                    assertThat(gate.inFlight()).isZero();
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = EngineKind.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aDeviceWhoseStorageIsFullFailsTheCopyThroughEveryEngine(EngineKind kind) throws Exception {
        Path path = directory.resolve("source");
        TestContent.writeAll(path, TestContent.random(16 * MIB, 1));
        try (MountedFileSystem small = MountedFileSystem.tmpfs(directory, 8 * MIB);
                LoopDevice thin = LoopDevice.create(small.root(), 16 * MIB, 512);
                BlockDevice source = BlockDevices.open(path, Access.READ_ONLY);
                BlockDevice destination =
                        BlockDevices.open(thin.path(), Access.READ_WRITE_EXCLUSIVE);
                Copier copier =
                        Copier.open(CopyPlan.of(source, destination).withEngine(kind), gate)) {
            assertThatThrownBy(
                            () -> {
                                copier.run();
                                copier.flush(); // what a loop device caches fails here
                            })
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining(thin.path().toString());
            assertThat(gate.inFlight()).isZero();
        }
    }

    @Test
    void theMapOfAScatteredFileIsAskedForExtentByExtentWhileTheCopyGoesOn() throws IOException {
        Path path = directory.resolve("source");
        byte[] content = new byte[64 * MIB];
        for (int at = 0; at < content.length; at += 2 * MIB) {
            content[at] = 1; // 32 pieces of data with holes between them
        }
        TestContent.writeSparse(path, content);
        try (BlockDevice in = BlockDevices.open(path, Access.READ_ONLY)) {
            FaultyDevice source = new FaultyDevice(in);
            FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 64 * MIB, 512));
            destination.failNth(Operation.WRITE, 1, 5);
            try (Copier failing =
                    Copier.open(CopyPlan.of(source, destination).withDepth(1), gate)) {
                assertThatThrownBy(failing::run).hasMessageContaining("EIO");
            }
            assertThat(source.extentCalls()).isLessThan(5);
            try (Copier copier = Copier.open(CopyPlan.of(source, destination), gate)) {
                copier.run();
            }
            assertThat(source.extentCalls()).isLessThan(5 + 65); // one for each extent
        }
    }

    @Test
    void eightEmptyTebibytesCostAHandfulOfCalls() throws IOException {
        Path path = directory.resolve("source");
        long sizeBytes = 8L << 40;
        BlockDevices.create(path, sizeBytes).close();
        try (BlockDevice in = BlockDevices.open(path, Access.READ_ONLY);
                BlockDevice out = BlockDevices.create(directory.resolve("new"), sizeBytes)) {
            FaultyDevice source = new FaultyDevice(in);
            FaultyDevice destination = new FaultyDevice(out);
            CopyPlan plan = CopyPlan.of(source, destination).withCheck(CopyPlan.Check.VERIFY);
            try (Copier copier = Copier.open(plan, gate)) {
                copier.run();
                copier.flush();
                assertThat(copier.verify().bytesVerified()).isEqualTo(sizeBytes);
            }
            assertThat(source.trace()).isEmpty();
            assertThat(destination.trace()).hasSize(1); // the flush
            assertThat(source.extentCalls() + destination.extentCalls()).isLessThan(5);
        }
    }

    @Test
    void aTebibyteOfHolesIsCopiedWithoutReading() throws IOException {
        Path path = directory.resolve("source");
        long sizeBytes = 1L << 40;
        BlockDevices.create(path, sizeBytes).close();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(sizeBytes / 2);
            file.write(TestContent.random(MIB, 1));
        }
        try (BlockDevice in = BlockDevices.open(path, Access.READ_ONLY);
                BlockDevice out = BlockDevices.create(directory.resolve("new"), sizeBytes)) {
            FaultyDevice source = new FaultyDevice(in);
            FaultyDevice destination = new FaultyDevice(out);
            try (Copier copier = Copier.open(CopyPlan.of(source, destination), gate)) {
                assertThat(copier.run()).isEqualTo(Results.plain(MIB, sizeBytes - MIB));
            }
            assertThat(source.trace()).hasSize(1);
            assertThat(destination.trace()).hasSize(1);
        }
    }

    private static void cut(Path path, long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        }
    }
}
