package io.tenure.io.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.Zeroing;
import io.tenure.io.engine.EngineKind;
import io.tenure.io.engine.IoGate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies between all kinds of places, on real devices, compared by plain reads. */
final class CopyMatrixTest {
    private static final int STALE_BYTE = 0x5a;
    private static final int MIXED_BYTES = 24 << 20;
    private static final int ODD_BYTES = (3 << 20) + 777;

    private static final List<CopyTarget> TARGETS =
            List.of(
                    CopyTarget.DEFAULT,
                    CopyTarget.DEFAULT.withZeroing(Zeroing.KEEP_ALLOCATED),
                    CopyTarget.DEFAULT.withPreallocate(true),
                    CopyTarget.DEFAULT.withOffload(Offload.AUTO));

    @TempDir Path directory;

    static Stream<Arguments> placesAndEngines() {
        return Arrays.stream(Place.values())
                .flatMap(place ->
                        Stream.of(EngineKind.AIO, EngineKind.THREADS)
                                .map(kind -> Arguments.of(place, kind)));
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(Place.values())
                .flatMap(source ->
                        Arrays.stream(Place.values())
                                .map(destination -> Arguments.of(source, destination)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void staleDataIsReplacedByTheSourceAndByZeroes(Place from, Place to) throws Exception {
        int longerBytes = MIXED_BYTES + (1 << 20) + to.unitBytes();
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(from, "source", MIXED_BYTES);
            byte[] content = TestContent.mixed(MIXED_BYTES, from.name().hashCode());
            writeSource(from, source, content);
            Path destination = made.make(to, "destination", longerBytes);
            byte[] stale = new byte[longerBytes];
            Arrays.fill(stale, (byte) STALE_BYTE);
            TestContent.writeAll(destination, stale);

            CopyResult result = copy(source, destination);

            assertHolds(destination, Arrays.copyOf(content, longerBytes));
            assertThat(result.bytesCopied() + result.bytesZeroed()).isEqualTo(longerBytes);
            assertThat(result.bytesZeroed()).isGreaterThan(1 << 20);
        }
    }

    @ParameterizedTest(name = "file to {0}")
    @EnumSource
    void anUnalignedEndIsPaddedWithZeroes(Place to) throws Exception {
        int destinationBytes = (4 << 20);
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(Place.EXT4_FILE, "source", ODD_BYTES);
            byte[] content = TestContent.random(ODD_BYTES, 7);
            TestContent.writeAll(source, content);
            Path destination = made.make(to, "destination", destinationBytes);
            byte[] stale = new byte[destinationBytes];
            Arrays.fill(stale, (byte) STALE_BYTE);
            TestContent.writeAll(destination, stale);

            CopyResult result = copy(source, destination);

            assertHolds(destination, Arrays.copyOf(content, destinationBytes));
            assertThat(result.bytesCopied() + result.bytesZeroed()).isEqualTo(destinationBytes);
            assertThat(result.bytesCopied()).isBetween((long) ODD_BYTES, ODD_BYTES + 4096L);
        }
    }

    @ParameterizedTest(name = "{0} through {1}")
    @MethodSource("placesAndEngines")
    void everyOptionBringsTheSameContent(Place to, EngineKind kind) throws Exception {
        byte[] content = TestContent.mixed(ODD_BYTES, 8);
        CRC32C crc = new CRC32C();
        crc.update(content);
        int destinationBytes = ODD_BYTES / 4096 * 4096 + 4096 + (1 << 20) + to.unitBytes();
        byte[] stale = new byte[destinationBytes];
        Arrays.fill(stale, (byte) STALE_BYTE);
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(Place.EXT4_FILE, "source", ODD_BYTES);
            TestContent.writeSparse(source, content);
            Path destination = made.make(to, "destination", destinationBytes);
            for (CopyPlan.Check check : List.of(CopyPlan.Check.NONE, CopyPlan.Check.VERIFY)) {
                for (CopyTarget target : TARGETS) {
                    TestContent.writeAll(destination, stale);
                    try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                            BlockDevice out =
                                    BlockDevices.open(destination, Access.READ_WRITE_EXCLUSIVE)) {
                        CopyPlan plan =
                                CopyPlan.of(in, out)
                                        .withEngine(kind)
                                        .withRequestBytes(256 << 10)
                                        .withRateLimit(1 << 30)
                                        .withTarget(target)
                                        .withCheck(check);
                        CopyResult result = run(plan);
                        assertThat(result.checksum())
                                .isEqualTo(
                                        check == CopyPlan.Check.NONE
                                                ? OptionalInt.empty()
                                                : OptionalInt.of((int) crc.getValue()));
                    }
                    assertHolds(destination, Arrays.copyOf(content, destinationBytes));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} to a new file")
    @EnumSource
    void aNewFileTakesNoMoreSpaceThanTheData(Place from) throws Exception {
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(from, "source", MIXED_BYTES);
            byte[] content = new byte[MIXED_BYTES];
            byte[] data = TestContent.random(1 << 20, 3);
            System.arraycopy(data, 0, content, 5 << 20, data.length);
            TestContent.writeAll(
                    source, content); // the zeroes are written, so the source has no holes
            Path destination = directory.resolve("new");
            try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                    BlockDevice out = BlockDevices.create(destination, MIXED_BYTES)) {
                run(CopyPlan.of(in, out));
            }
            assertHolds(destination, content);
            long allocatedBytes = TestContent.allocatedBytes(destination);
            assertThat(allocatedBytes).isBetween((long) data.length, data.length + (64L << 10));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void zeroesThatReplaceStaleDataGiveSpaceBack(Place to) throws Exception {
        try (Place.Made made = new Place.Made(directory)) {
            Path source = made.make(Place.EXT4_FILE, "source", MIXED_BYTES);
            Path destination = made.make(to, "destination", MIXED_BYTES);
            TestContent.writeAll(destination, TestContent.random(MIXED_BYTES, 9));
            CopyResult result = copy(source, destination);
            assertThat(result).isEqualTo(Results.plain(0, MIXED_BYTES));
            assertHolds(destination, new byte[MIXED_BYTES]);
            if (to.isFile()) {
                assertThat(TestContent.allocatedBytes(destination)).isZero();
            }
        }
    }

    private static void assertHolds(Path file, byte[] expected) throws IOException {
        byte[] actual = TestContent.readAll(file, expected.length);
        assertThat(Arrays.mismatch(actual, expected)).as("first difference").isEqualTo(-1);
    }

    private static void writeSource(Place from, Path source, byte[] content) throws IOException {
        if (from.isFile()) {
            TestContent.writeSparse(source, content);
        } else {
            TestContent.writeAll(source, content);
        }
    }

    private static CopyResult copy(Path source, Path destination) throws IOException {
        try (BlockDevice in = BlockDevices.open(source, Access.READ_ONLY);
                BlockDevice out = BlockDevices.open(destination, Access.READ_WRITE_EXCLUSIVE)) {
            return run(CopyPlan.of(in, out));
        }
    }

    private static CopyResult run(CopyPlan plan) throws IOException {
        try (Copier copier = Copier.open(plan, new IoGate())) {
            copier.run();
            copier.flush();
            CopyResult result = copier.verify();
            assertThat(copier.progress().doneBytes()).isEqualTo(copier.progress().totalBytes());
            return result;
        }
    }
}
