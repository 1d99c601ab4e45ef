package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.LeaseArea;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.internal.TryAll;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseState;
import io.tenure.lease.VolumeLease;
import io.tenure.testing.device.LoopDevice;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** sanlock's own tools find our leases where the domain says they are, on real block devices. */
class LeaseGeometryTest {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int SLOTS = 50;
    private static final int SLOT = 7;
    private static final int DATA_BYTES = 5 << 20;

    private static final Map<Geometry, LoopDevice> DEVICES = new EnumMap<>(Geometry.class);
    private static final Map<Geometry, DomainLab> LABS = new ConcurrentHashMap<>();

    /** What sanlock allows. */
    enum Geometry {
        SECTOR_512_ALIGN_1M(512, 1, 2),
        SECTOR_4096_ALIGN_1M(4096, 1, 2),
        SECTOR_4096_ALIGN_2M(4096, 2, 1),
        SECTOR_4096_ALIGN_4M(4096, 4, 1),
        SECTOR_4096_ALIGN_8M(4096, 8, 1);

        private final int sectorBytes;
        private final int alignMib;
        private final int hosts;

        Geometry(int sectorBytes, int alignMib, int hosts) {
            this.sectorBytes = sectorBytes;
            this.alignMib = alignMib;
            this.hosts = hosts;
        }

        /** A direct look of sanlock's tool at this geometry. */
        private String[] arguments(String... action) {
            List<String> all = new ArrayList<>(List.of("direct"));
            all.addAll(List.of(action));
            all.addAll(List.of("-Z", Integer.toString(sectorBytes), "-A", alignMib + "M"));
            return all.toArray(String[]::new);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        for (Geometry geometry : Geometry.values()) {
            long bytes = (long) SLOTS * (geometry.alignMib << 20);
            DEVICES.put(geometry, LoopDevice.create(MEMORY, bytes, geometry.sectorBytes));
        }
        List<Callable<DomainLab>> starting = new ArrayList<>();
        DEVICES.forEach((geometry, device) -> starting.add(() -> start(geometry, device)));
        try (ExecutorService executor = Executors.newFixedThreadPool(DEVICES.size())) {
            for (Future<DomainLab> started : executor.invokeAll(starting)) {
                started.get();
            }
        }
    }

    private static DomainLab start(Geometry geometry, LoopDevice device) throws IOException {
        DomainLab lab =
                DomainLab.start(
                        geometry.hosts,
                        device.path(),
                        DomainLab.spec(
                                OptionalInt.of(geometry.sectorBytes), geometry.alignMib << 20));
        LABS.put(geometry, lab);
        return lab;
    }

    private static DomainLab lab(Geometry geometry) {
        return Objects.requireNonNull(LABS.get(geometry));
    }

    @AfterAll
    static void stop() throws IOException {
        TryAll all = new TryAll();
        LABS.values().forEach(lab -> all.run(lab::close));
        DEVICES.values().forEach(device -> all.run(device::close));
        all.throwFirst();
    }

    @ParameterizedTest
    @EnumSource
    void theToolsOfSanlockFindOwnerAndVersionWhereTheDomainSays(Geometry geometry)
            throws Exception {
        DomainLab lab = lab(geometry);
        LabHost host = lab.host(0);
        UUID volume = UUID.randomUUID();
        LeaseArea area = host.domain().leaseArea(SLOT, volume);
        assertThat(area.offsetBytes()).isEqualTo((2L + SLOT) * (geometry.alignMib << 20));
        host.manager().format(area);
        String place = area.path() + ":" + area.offsetBytes();
        String name = host.domain().id() + ":" + volume + ":" + place;
        try (LeaseConnection connection = host.manager().connect("geometry")) {
            for (int version = 1; version <= 3; version++) {
                VolumeLease lease = connection.acquire(area, LeaseMode.EXCLUSIVE);
                lease.verify();
                assertThat(tool(lab, "client", "status"))
                        .contains("p " + ProcessHandle.current().pid() + " geometry")
                        .contains("r " + name + ":" + version + " p ");
                assertThat(fields(tool(lab, geometry.arguments("read_leader", "-r", name))))
                        .containsEntry("owner_id", "1")
                        .containsEntry("owner_generation", "1")
                        .containsEntry("lver", Integer.toString(version))
                        .containsEntry("space_name", host.domain().id().toString())
                        .containsEntry("resource_name", volume.toString())
                        .containsEntry("sector_size", Integer.toString(geometry.sectorBytes))
                        .doesNotContainEntry("timestamp", "0");
                assertThat(dumped(lab, geometry, place + ":" + area.alignBytes()))
                        .containsSubsequence(
                                String.format("%08d", area.offsetBytes()),
                                host.domain().id().toString(),
                                volume.toString(),
                                "0001",
                                "0001",
                                Integer.toString(version));
                lease.release();
                assertThat(fields(tool(lab, geometry.arguments("read_leader", "-r", name))))
                        .containsEntry("timestamp", "0")
                        .containsEntry("lver", Integer.toString(version));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SECTOR_512_ALIGN_1M", "SECTOR_4096_ALIGN_1M"}) // those with two hosts
    void copiesByOneHostAndThenAnotherKeepEveryByte(Geometry geometry) throws Exception {
        DomainLab lab = lab(geometry);
        int sector = geometry.sectorBytes;
        byte[] data = new byte[DATA_BYTES - 3 * sector];
        new Random(sector).nextBytes(data);
        Arrays.fill(data, 1 << 20, 2 << 20, (byte) 0);
        try (LoopDevice source = LoopDevice.create(MEMORY, data.length, sector);
                LoopDevice first = LoopDevice.create(MEMORY, DATA_BYTES, sector);
                LoopDevice second = LoopDevice.create(MEMORY, DATA_BYTES + (1 << 20), sector)) {
            write(source.path(), data);
            // What lies there before must not shine through.
            write(first.path(), filled(DATA_BYTES));
            write(second.path(), filled(DATA_BYTES + (1 << 20)));
            UUID one = lab.createVolume(DATA_BYTES, Optional.of(first.path()));
            UUID two = lab.createVolume(DATA_BYTES, Optional.of(second.path()));

            JobResult in = lab.host(1).run(DomainLab.copy(lab.host(1), source.path(), one, 1L));
            assertThat(in.outcome()).as("%s", in).isEqualTo(JobState.DONE);
            byte[] expected = Arrays.copyOf(data, DATA_BYTES);
            assertThat(DomainLab.bytes(first.path(), 0, DATA_BYTES)).isEqualTo(expected);

            JobResult across =
                    lab.host(0)
                            .run(
                                    new CopyVolume(
                                            UUID.randomUUID(),
                                            new CopySource.OfVolume(lab.host(0).domain(), one),
                                            lab.host(0).domain(),
                                            two,
                                            1L,
                                            CopySettings.DEFAULT));
            assertThat(across.outcome()).as("%s", across).isEqualTo(JobState.DONE);
            assertThat(DomainLab.bytes(second.path(), 0, DATA_BYTES)).isEqualTo(expected);
            assertThat(DomainLab.bytes(second.path(), DATA_BYTES, 1 << 20))
                    .as("behind the volume")
                    .isEqualTo(filled(1 << 20));
            for (UUID volume : List.of(one, two)) {
                assertThat(lab.host(1).domain().find(volume).record().generation()).isEqualTo(2);
                assertThat(lab.host(1).manager().inspect(lab.lease(volume)))
                        .isEqualTo(new LeaseState.Free());
            }
        }
    }

    @Test
    void whatOneHostHoldsOnASharedDeviceAnotherIsRefused() throws Exception {
        DomainLab lab = lab(Geometry.SECTOR_4096_ALIGN_1M);
        LeaseArea area = lab.host(0).domain().domainLease();
        try (LeaseConnection one = lab.host(0).manager().connect("one");
                LeaseConnection two = lab.host(1).manager().connect("two")) {
            one.acquire(area, LeaseMode.EXCLUSIVE);
            assertThatThrownBy(() -> two.acquire(area, LeaseMode.EXCLUSIVE))
                    .isInstanceOf(LeaseHeldException.class)
                    .hasMessageContaining("host 1 (host generation 1, LIVE)");
        }
    }

    private static byte[] filled(int bytes) {
        byte[] filled = new byte[bytes];
        Arrays.fill(filled, (byte) 0x5a);
        return filled;
    }

    /** Past the page cache's end: the next reader reads directly. */
    private static void write(Path device, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.write(bytes);
            file.getFD().sync();
        }
    }

    /** The lines of {@code read_leader}: a name and a value each. */
    private static Map<String, String> fields(String output) {
        return output.lines()
                .map(line -> line.split(" ", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (a, b) -> b));
    }

    /** The words of the one lease that a dump shows. */
    private static List<String> dumped(DomainLab lab, Geometry geometry, String place)
            throws Exception {
        return tool(lab, geometry.arguments("dump", place))
                .lines()
                .skip(1) // the heading
                .flatMap(line -> Stream.of(line.strip().split(" +")))
                .toList();
    }

    private static String tool(DomainLab lab, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sanlock"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(lab.daemons().environment(0));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
        return output;
    }
}
