package io.tenure.io.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.DeviceWindow;
import io.tenure.io.TenureIoException;
import io.tenure.io.copy.CopyPlan.Check;
import io.tenure.io.copy.CopyPlan.DestinationState;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoGate;
import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.FaultyDevice.Operation;
import io.tenure.testing.io.MemoryDevice;
import io.tenure.testing.io.MountedFileSystem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What storage a copy takes: all of it beforehand, none of its own, or as much as the data. */
final class CopyStorageTest {
    private static final int MIB = 1 << 20;
    private static final int SIZE_BYTES = 16 * MIB;

    @TempDir Path directory;

    private final IoGate gate = new IoGate();

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aPreallocatedDestinationIsAllocatedFromEndToEnd(Place to) throws Exception {
        byte[] content = TestContent.mixed(SIZE_BYTES, 5);
        Arrays.fill(content, 0, 2 * MIB, (byte) 0);
        for (DestinationState state : DestinationState.values()) {
            try (Place.Made made = new Place.Made(directory)) {
                Path source = made.make(Place.EXT4_FILE, "source" + state, SIZE_BYTES);
                TestContent.writeSparse(source, content);
                Path destination = made.make(to, "destination" + state, 2L * SIZE_BYTES);
                if (state == DestinationState.UNKNOWN) {
                    TestContent.writeAll(destination, TestContent.random(4 * MIB, 1));
                }
                try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                        BlockDevice out =
                                BlockDevices.open(destination, Access.READ_WRITE_EXCLUSIVE)) {
                    copy(CopyPlan.of(in, out).withPreallocate(true).withDestinationState(state));
                }
                assertHolds(destination, Arrays.copyOf(content, 2 * SIZE_BYTES));
                if (to.isFile()) {
                    assertThat(TestContent.allocatedBytes(destination))
                            .isGreaterThanOrEqualTo(2L * SIZE_BYTES);
                }
            }
        }
    }

    @Test
    void spaceThatIsMissingIsFoundBeforeAnythingIsWritten() throws IOException {
        try (MountedFileSystem small = MountedFileSystem.tmpfs(directory, 4 * MIB);
                BlockDevice out = BlockDevices.create(small.root().resolve("volume"), SIZE_BYTES)) {
            FaultyDevice destination = new FaultyDevice(out);
            assertThatThrownBy(() -> copy(CopyPlan.of(random(), destination).withPreallocate(true)))
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("cannot allocate")
                    .hasMessageContaining("ENOSPC")
                    .hasMessageContaining("make room");
            assertThat(destination.count(Operation.WRITE)).isZero();
        }
    }

    @Test
    void whereThereIsNoCallToAllocateEveryZeroIsBroughtToTheDestination() throws IOException {
        MemoryDevice source = new MemoryDevice("from", 4 * MIB, 512);
        MemoryDevice memory = new MemoryDevice("to", 4 * MIB, 512);
        FaultyDevice destination = new FaultyDevice(memory);
        destination.refuse(Operation.ALLOCATE);
        copy(
                CopyPlan.of(source, destination)
                        .withDestinationState(DestinationState.READS_AS_ZERO)
                        .withPreallocate(true));
        assertThat(destination.count(Operation.ZERO)).isPositive();
        assertThat(memory.allocatedBytes()).isEqualTo(4L * MIB);
    }

    @Test
    void aClosedGateStopsTheAllocation() {
        gate.close(IoGate.Reason.ABORTED, "stop");
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", SIZE_BYTES, 512));
        assertThatThrownBy(() -> copy(CopyPlan.of(random(), destination).withPreallocate(true)))
                .isInstanceOf(GateClosedException.class);
        assertThat(destination.trace()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(
            value = Place.class,
            names = {"EXT4_FILE", "TMPFS_FILE", "XFS_FILE_4096"})
    void aSparseCopyTakesNoMoreThanTheSourcesData(Place to) throws Exception {
        byte[] content = TestContent.mixed(SIZE_BYTES, 11);
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(Place.EXT4_FILE, "source", SIZE_BYTES);
            TestContent.writeSparse(source, content);
            Path destination = made.make(to, "destination", SIZE_BYTES);
            try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                    BlockDevice out = BlockDevices.open(destination, Access.READ_WRITE_EXCLUSIVE)) {
                copy(CopyPlan.of(in, out));
            }
            assertHolds(destination, content);
            assertThat(TestContent.allocatedBytes(destination))
                    .isLessThan(TestContent.allocatedBytes(source) + MIB);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(
            value = Offload.class,
            names = {"AUTO", "ALWAYS"})
    void filesOfOneFileSystemShareStorageAndAnOddEndIsCopied(Offload offload) throws Exception {
        byte[] content = TestContent.mixed(SIZE_BYTES + 777, 5);
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(Place.XFS_FILE_4096, "source", content.length);
            TestContent.writeSparse(source, content);
            Path destination = source.resolveSibling("destination");
            TestContent.writeAll(destination, TestContent.random(SIZE_BYTES + 2 * MIB, 1));
            FaultyDevice trace;
            try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                    BlockDevice out = BlockDevices.open(destination, Access.READ_WRITE)) {
                trace = new FaultyDevice(out);
                CopyResult result = copy(CopyPlan.of(in, trace).withOffload(offload));
                assertThat(result.offloaded()).isTrue();
                assertThat(result.bytesShared()).isEqualTo(SIZE_BYTES);
                assertThat(result.bytesCopied()).isEqualTo(4096);
                assertThat(result.bytesZeroed()).isEqualTo(2 * MIB - 4096);
            }
            assertThat(trace.count(Operation.WRITE)).isEqualTo(1);
            assertHolds(destination, Arrays.copyOf(content, SIZE_BYTES + 2 * MIB));
            overwriteFirstByte(destination);
            assertHolds(source, content); // what is written later is the destination's own
        }
    }

    @Test
    void aWindowOfAFileSharesStorageToo() throws Exception {
        byte[] content = TestContent.random(SIZE_BYTES, 5);
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(Place.XFS_FILE_4096, "source", SIZE_BYTES);
            TestContent.writeAll(source, content);
            Path destination = source.resolveSibling("destination");
            TestContent.writeAll(destination, TestContent.random(SIZE_BYTES, 1));
            try (BlockDevice in =
                            new DeviceWindow(BlockDevices.open(source, Access.READ_ONLY), 8 * MIB);
                    BlockDevice out =
                            new DeviceWindow(
                                    BlockDevices.open(destination, Access.READ_WRITE), 8 * MIB)) {
                CopyResult result = copy(CopyPlan.of(in, out).withOffload(Offload.ALWAYS));
                assertThat(result.bytesShared()).isEqualTo(8 * MIB);
            }
            byte[] expected = TestContent.random(SIZE_BYTES, 1);
            System.arraycopy(content, 0, expected, 0, 8 * MIB);
            assertHolds(destination, expected);
        }
    }

    @ParameterizedTest(name = "XFS to {0}")
    @EnumSource
    void whatCannotShareIsCopiedOrRefusedBeforeAnythingIsWritten(Place to) throws Exception {
        byte[] content = TestContent.random(MIB, 5);
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(Place.XFS_FILE_4096, "source", MIB);
            TestContent.writeAll(source, content);
            Path destination = made.make(to, "destination", MIB);
            try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                    BlockDevice out = BlockDevices.open(destination, Access.READ_WRITE_EXCLUSIVE)) {
                CopyPlan plan = CopyPlan.of(in, out);
                FaultyDevice trace = new FaultyDevice(out);
                assertThatThrownBy(() -> copy(CopyPlan.of(in, trace).withOffload(Offload.ALWAYS)))
                        .isInstanceOf(TenureIoException.class)
                        .hasMessageContaining("cannot share the storage of " + source)
                        .hasMessageContaining(destination.toString())
                        .hasMessageContaining("copy without sharing");
                assertThat(trace.count(Operation.SHARE)).isEqualTo(1);
                assertThat(trace.trace()).hasSize(1);
                CopyResult result = copy(plan.withOffload(Offload.AUTO));
                assertThat(result).isEqualTo(Results.plain(MIB, 0));
            }
            assertHolds(destination, content);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void whetherTwoCanShareIsToldBefore(Place place) throws Exception {
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(place, "source", MIB);
            Path elsewhere = made.make(Place.XFS_FILE_4096, "elsewhere", MIB);
            Path destination =
                    place.isFile()
                            ? Files.copy(source, source.resolveSibling("destination"))
                            : made.make(place, "destination", MIB);
            try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                    BlockDevice other = BlockDevices.open(elsewhere, Access.READ_ONLY);
                    BlockDevice out = BlockDevices.open(destination, Access.READ_WRITE_EXCLUSIVE)) {
                boolean can = out.canShare(in);
                assertThat(can).isEqualTo(place == Place.XFS_FILE_4096);
                assertThat(out.canShare(new DeviceWindow(in, 4096))).isEqualTo(can);
                assertThat(new DeviceWindow(out, 4096).canShare(in)).isEqualTo(can);
                assertThat(out.canShare(other)).isFalse();
                assertThat(out.share(in, 0, MIB)).as("what was told comes true").isEqualTo(can);
            }
        }
    }

    @Test
    void toAskWhetherFilesCanShareChangesNeitherOfThem() throws Exception {
        byte[] content = TestContent.random(MIB, 5);
        byte[] before = TestContent.random(MIB, 6);
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(Place.XFS_FILE_4096, "source", MIB);
            Path destination = source.resolveSibling("destination");
            TestContent.writeAll(source, content);
            TestContent.writeAll(destination, before);
            FileTime written = Files.getLastModifiedTime(destination);
            try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                    BlockDevice out = BlockDevices.open(destination, Access.READ_WRITE)) {
                assertThat(out.canShare(in)).isTrue();
            }
            assertHolds(source, content);
            assertHolds(destination, before);
            assertThat(Files.size(destination)).isEqualTo(MIB);
            assertThat(Files.getLastModifiedTime(destination)).isEqualTo(written);
        }
    }

    @Test
    void nothingIsSharedUnlessAskedForNorWhereItWouldBreakAnotherPromise() throws Exception {
        byte[] content = TestContent.random(MIB, 5);
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(Place.XFS_FILE_4096, "source", MIB);
            TestContent.writeAll(source, content);
            try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                    BlockDevice out =
                            BlockDevices.create(source.resolveSibling("destination"), MIB)) {
                CopyPlan auto = CopyPlan.of(in, out).withOffload(Offload.AUTO);
                assertThat(copy(CopyPlan.of(in, out)).offloaded()).isFalse();
                assertThat(copy(auto.withPreallocate(true)).offloaded()).isFalse();
                assertThat(copy(auto.withCheck(Check.CHECKSUM)).offloaded()).isFalse();
                assertThat(copy(auto.withCheck(Check.VERIFY)).offloaded()).isFalse();
                CopyPlan always = auto.withOffload(Offload.ALWAYS);
                assertThatThrownBy(() -> always.withPreallocate(true))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> always.withCheck(Check.CHECKSUM))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(copy(auto).offloaded()).isTrue();
            }
        }
    }

    @Test
    void nothingIsSharedBehindAClosedGate() {
        gate.close(IoGate.Reason.LEASE_LOST, "lost");
        FaultyDevice destination = new FaultyDevice(new MemoryDevice("to", SIZE_BYTES, 512));
        assertThatThrownBy(() -> copy(CopyPlan.of(random(), destination).withOffload(Offload.AUTO)))
                .isInstanceOf(GateClosedException.class);
        assertThat(destination.trace()).isEmpty();
    }

    private static MemoryDevice random() {
        return MemoryDevice.of("from", TestContent.random(SIZE_BYTES, 1), 512);
    }

    private CopyResult copy(CopyPlan plan) throws IOException {
        try (Copier copier = Copier.open(plan, gate)) {
            copier.run();
            copier.flush();
            CopyResult result = copier.verify();
            assertThat(copier.progress().doneBytes()).isEqualTo(copier.progress().totalBytes());
            return result;
        }
    }

    private static void overwriteFirstByte(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            int first = open.read();
            open.seek(0);
            open.write(first + 1);
        }
    }

    private static void assertHolds(Path file, byte[] expected) throws IOException {
        byte[] actual = TestContent.readAll(file, expected.length);
        assertThat(Arrays.mismatch(actual, expected)).as("first difference").isEqualTo(-1);
    }
}
