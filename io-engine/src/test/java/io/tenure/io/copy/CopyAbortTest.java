package io.tenure.io.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoGate;
import io.tenure.io.engine.ThreadEngine;
import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.FaultyDevice.Operation;
import io.tenure.testing.io.MemoryDevice;
import io.tenure.testing.io.MountedFileSystem;
import io.tenure.testing.io.OperationHold;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void whatIsReadAfterAnErrorIsNotWrittenAnyMore() throws Exception {
        FaultyDevice source =
                new FaultyDevice(MemoryDevice.of("from", TestContent.random(8 * MIB, 1), 512));
        source.failNth(Operation.READ, 1, 5);
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 8 * MIB, 512));
        CopyPlan plan = CopyPlan.of(source, destination).withDepth(2);
        try (OperationHold hold = source.holdNth(Operation.READ, 2);
                Copier copier = Copier.open(plan, gate);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<CopyResult> running = pool.submit(copier::run);
            hold.awaitReached();
            while (gate.inFlight() > 1) {
                Thread.onSpinWait(); // the first has failed when only the second is left
            }
            hold.release();
            assertThatThrownBy(() -> running.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .cause()
                    .hasMessageContaining("cannot read from");
            assertThat(destination.trace()).isEmpty();
        }
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
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(5 * MIB + 100);
            }
            hold.release();
            assertThatThrownBy(() -> running.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("unexpected end of file");
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
}
