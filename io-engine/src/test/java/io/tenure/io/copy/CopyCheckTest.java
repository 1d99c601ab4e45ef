package io.tenure.io.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.io.copy.CopyPlan.Check;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoGate;
import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.FaultyDevice.Operation;
import io.tenure.testing.io.MemoryDevice;
import io.tenure.testing.io.OperationHold;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checksums of copies, and copies that are read back. */
final class CopyCheckTest {
    private static final int MIB = 1 << 20;
    private static final long LIMIT_SECONDS = 30;

    @TempDir Path directory;

    private final IoGate gate = new IoGate();

    @Test
    void theChecksumIsThatOfTheSourcesContentUpToItsSize() throws IOException {
        byte[] content = TestContent.mixed(5 * MIB + 777, 3);
        Path path = directory.resolve("source");
        TestContent.writeSparse(path, content);
        for (Check check : Check.values()) {
            MemoryDevice destination = new MemoryDevice("to", 7 * MIB, 512);
            try (BlockDevice source = BlockDevices.open(path, Access.READ_ONLY)) {
                CopyResult result = copy(CopyPlan.of(source, destination).withCheck(check));
                if (check == Check.NONE) {
                    assertThat(result.checksum()).isEmpty();
                } else {
                    assertThat(result.checksum()).hasValue(crc(content, 0, content.length));
                }
                assertThat(result.bytesVerified()).isEqualTo(check == Check.VERIFY ? 7 * MIB : 0);
            }
            assertThat(destination.content()).isEqualTo(Arrays.copyOf(content, 7 * MIB));
        }
    }

    @Test
    void aByteThatChangesBetweenFlushAndVerificationFailsTheCopyAndItsWindowIsNamed()
            throws IOException {
        byte[] content = TestContent.mixed(5 * MIB, 3);
        Path source = directory.resolve("source");
        TestContent.writeSparse(source, content);
        Path destination = directory.resolve("destination");
        try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                BlockDevice out = BlockDevices.create(destination, content.length);
                Copier copier = Copier.open(CopyPlan.of(in, out).withCheck(Check.VERIFY), gate)) {
            copier.run();
            copier.flush();
            flipBit(out, 3 * MIB + 4096, 100);
            ContentMismatchException e =
                    catchThrowableOfType(ContentMismatchException.class, copier::verify);
            assertThat(e.path()).isEqualTo(destination.toString());
            assertThat(e.offsetBytes()).isEqualTo(3 * MIB);
            assertThat(e.lengthBytes()).isEqualTo(MIB);
            int expected = crc(content, 3 * MIB, MIB);
            content[3 * MIB + 4096 + 100] ^= 1;
            assertThat(e)
                    .hasMessageContaining("%08x", expected)
                    .hasMessageContaining("%08x", crc(content, 3 * MIB, MIB))
                    .hasMessageContaining("copy again")
                    .hasMessageNotContaining("other ranges");
            assertThatThrownBy(copier::verify).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void dataThatIsLostAndZeroesThatAreNoneAreFoundToo() throws IOException {
        byte[] content = new byte[4 * MIB];
        content[MIB + 5] = 1;
        for (int lost = 1; lost <= 2; lost++) {
            MemoryDevice destination = new MemoryDevice("to", 4 * MIB, 512);
            MemoryDevice source = MemoryDevice.of("from", content, 512);
            try (Copier copier =
                    Copier.open(CopyPlan.of(source, destination).withCheck(Check.VERIFY), gate)) {
                copier.run();
                copier.flush();
                if (lost == 1) {
                    destination.discard(MIB, MIB);
                } else {
                    flipBit(destination, 2 * MIB, 0);
                    flipBit(destination, 3 * MIB, 0);
                }
                long windowBytes = (long) lost * MIB;
                assertThatThrownBy(copier::verify)
                        .isInstanceOf(ContentMismatchException.class)
                        .hasMessageContaining("at offset " + windowBytes);
            }
        }
    }

    @Test
    void aWrongByteBehindTheSourcesEndIsFoundToo() throws IOException {
        MemoryDevice source = MemoryDevice.of("from", TestContent.random(MIB - 5, 1), 512);
        MemoryDevice destination = MemoryDevice.of("to", TestContent.random(3 * MIB, 2), 512);
        try (Copier copier =
                Copier.open(CopyPlan.of(source, destination).withCheck(Check.VERIFY), gate)) {
            copier.run();
            copier.flush();
            flipBit(destination, MIB - 512, 511);
            assertThatThrownBy(copier::verify).hasMessageContaining("at offset 0");
        }
    }

    @Test
    void holesOfTheDestinationAreNotReadBack() throws IOException {
        byte[] content = new byte[8 * MIB];
        content[4 * MIB] = 1;
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 8 * MIB, 512));
        CopyResult result =
                copy(
                        CopyPlan.of(MemoryDevice.of("from", content, 512), destination)
                                .withCheck(Check.VERIFY));
        assertThat(result.bytesVerified()).isEqualTo(8 * MIB);
        assertThat(destination.count(Operation.READ)).isEqualTo(1);
    }

    @Test
    void onlyWhatWasCopiedAndFlushedIsVerifiedAndOnce() throws IOException {
        CopyPlan plan =
                CopyPlan.of(
                                MemoryDevice.of("from", TestContent.random(MIB, 1), 512),
                                new MemoryDevice("to", MIB, 512))
                        .withCheck(Check.VERIFY);
        try (Copier copier = Copier.open(plan, gate)) {
            assertThatThrownBy(copier::verify).isInstanceOf(IllegalStateException.class);
            copier.run();
            assertThatThrownBy(copier::verify).isInstanceOf(IllegalStateException.class);
            copier.flush();
            assertThat(copier.verify().bytesVerified()).isEqualTo(MIB);
            assertThatThrownBy(copier::verify).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theProgressOfAVerifiedCopyGoesOverTheDestinationTwice() throws IOException {
        byte[] content = TestContent.mixed(5 * MIB, 3);
        CopyPlan plan =
                CopyPlan.of(
                                MemoryDevice.of("from", content, 512),
                                new MemoryDevice("to", 5 * MIB, 512))
                        .withCheck(Check.VERIFY);
        try (Copier copier = Copier.open(plan, gate)) {
            CopyProgress progress = copier.progress();
            assertThat(progress.totalBytes()).isEqualTo(10L * MIB);
            copier.run();
            assertThat(progress.doneBytes()).isEqualTo(5L * MIB);
            copier.flush();
            copier.verify();
            assertThat(progress.verifiedBytes()).isEqualTo(5L * MIB);
            assertThat(progress.doneBytes()).isEqualTo(10L * MIB);
        }
    }

    @Test
    void aClosedGateStopsTheVerificationAfterWhatIsInFlight() throws Exception {
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 64 * MIB, 512));
        CopyPlan plan =
                CopyPlan.of(
                                MemoryDevice.of("from", TestContent.random(64 * MIB, 1), 512),
                                destination)
                        .withCheck(Check.VERIFY);
        try (OperationHold hold = destination.holdNth(Operation.READ, 3);
                Copier copier = Copier.open(plan, gate);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            copier.run();
            copier.flush();
            Future<CopyResult> running = pool.submit(copier::verify);
            hold.awaitReached();
            gate.close(IoGate.Reason.ABORTED, "asked to stop");
            hold.release();
            gate.awaitDrained();
            long begun = destination.count(Operation.READ);
            assertThatThrownBy(() -> running.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(GateClosedException.class);
            assertThat(destination.count(Operation.READ)).isEqualTo(begun).isLessThan(64);
        }
    }

    @Test
    void aDestinationThatCannotBeReadFailsTheVerification() throws IOException {
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", 4 * MIB, 512));
        CopyPlan plan =
                CopyPlan.of(
                                MemoryDevice.of("from", TestContent.random(4 * MIB, 1), 512),
                                destination)
                        .withCheck(Check.VERIFY);
        destination.failAt(Operation.READ, 2 * MIB, 5);
        try (Copier copier = Copier.open(plan, gate)) {
            copier.run();
            copier.flush();
            assertThatThrownBy(copier::verify)
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("cannot read to")
                    .hasMessageContaining("EIO");
        }
        assertThat(gate.inFlight()).isZero();
    }

    @Test
    void aDestinationThatBecameShorterFailsTheVerification() throws IOException {
        Path destination = directory.resolve("destination");
        try (BlockDevice out = BlockDevices.create(destination, 4 * MIB);
                Copier copier =
                        Copier.open(
                                CopyPlan.of(
                                                MemoryDevice.of(
                                                        "from",
                                                        TestContent.random(4 * MIB, 1),
                                                        512),
                                                out)
                                        .withCheck(Check.VERIFY),
                                gate)) {
            copier.run();
            copier.flush();
            try (RandomAccessFile file = new RandomAccessFile(destination.toFile(), "rw")) {
                file.setLength(MIB);
            }
            assertThatThrownBy(copier::verify)
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("unexpected end of file")
                    .hasMessageContaining("became shorter");
        }
    }

    private CopyResult copy(CopyPlan plan) throws IOException {
        try (Copier copier = Copier.open(plan, gate)) {
            copier.run();
            copier.flush();
            return copier.verify();
        }
    }

    /** Changes a byte by direct I/O, as a device might that does not keep what it was given. */
    private static void flipBit(BlockDevice device, long sectorBytes, int inSectorBytes)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int lengthBytes = device.geometry().offsetAlignment();
            MemorySegment memory = arena.allocate(lengthBytes, 4096);
            device.read(sectorBytes, memory);
            byte old = memory.get(ValueLayout.JAVA_BYTE, inSectorBytes);
            memory.set(ValueLayout.JAVA_BYTE, inSectorBytes, (byte) (old ^ 1));
            device.write(sectorBytes, memory);
            device.flush();
        }
    }

    private static int crc(byte[] content, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, from, length);
        return (int) crc.getValue();
    }
}
