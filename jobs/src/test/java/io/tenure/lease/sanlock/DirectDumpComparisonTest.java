package io.tenure.lease.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.DomainSpec;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.format.sanlock.DeltaLeader;
import io.tenure.format.sanlock.PaxosLeader;
import io.tenure.format.sanlock.SanlockAreaLayout;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseMode;
import io.tenure.sanlock.Lockspace;
import io.tenure.sanlock.LockspaceState;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** sanlock's own program reads the same values from the same bytes, in every geometry. */
class DirectDumpComparisonTest {
    private static final int MIB = 1 << 20;

    private static SanlockLab daemons;
    private static LoopDevice device;
    private static final List<StorageDomain> DOMAINS = new ArrayList<>();

    @BeforeAll
    static void joinADomainOfEachGeometry() throws IOException {
        daemons = SanlockLab.start(1);
        Path folder = Objects.requireNonNull(daemons.leaseFile("anchor", 1).getParent());
        device = LoopDevice.create(folder, 16L * MIB, 512);
        add(device.path(), 512, 1);
        add(Files.createDirectory(folder.resolve("1")), 4096, 1);
        add(Files.createDirectory(folder.resolve("2")), 4096, 2);
        add(Files.createDirectory(folder.resolve("4")), 4096, 4);
        add(Files.createDirectory(folder.resolve("8")), 4096, 8);
        for (StorageDomain domain : DOMAINS) {
            daemons.sanlock(0).addLockspaceAsync(lockspace(domain), SanlockLab.IO_TIMEOUT_SECONDS);
        }
        for (StorageDomain domain : DOMAINS) {
            assertThat(daemons.sanlock(0).awaitLockspace(lockspace(domain)))
                    .isEqualTo(LockspaceState.JOINED);
        }
    }

    private static void add(Path path, int sectorBytes, int alignMib) throws IOException {
        DomainSpec spec =
                new DomainSpec(
                        UUID.randomUUID(),
                        LeaseKind.SANLOCK,
                        OptionalInt.of(sectorBytes),
                        alignMib * MIB,
                        OptionalInt.of(3),
                        SanlockLab.IO_TIMEOUT_SECONDS);
        SanlockLeaseManager manager = new SanlockLeaseManager(daemons.sanlock(0));
        DOMAINS.add(StorageDomain.create(path, spec, manager::formatDomain));
    }

    @AfterAll
    static void stop() throws IOException {
        for (StorageDomain domain : DOMAINS) {
            domain.close();
        }
        daemons.kill(0); // which has the device open
        device.close();
        daemons.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 512", "1, 4096", "2, 4096", "3, 4096", "4, 4096"})
    void leadersAndHostsAreReadAlike(int index, int sectorBytes) throws Exception {
        StorageDomain domain = DOMAINS.get(index);
        DomainLayout layout = domain.superblock().layout();
        SanlockLeaseManager manager = new SanlockLeaseManager(daemons.sanlock(0));
        LeaseArea held = domain.leaseArea(1, UUID.randomUUID());
        LeaseArea shared = domain.leaseArea(2, UUID.randomUUID());
        manager.format(held);
        manager.format(shared);
        try (LeaseConnection connection = manager.connect("test")) {
            connection.acquire(held, LeaseMode.EXCLUSIVE);
            connection.acquire(shared, LeaseMode.SHARED);
            SanlockSectors sectors = new SanlockSectors(domain);
            StoredHosts hosts = sectors.hosts();
            List<StoredLease> leases =
                    sectors.leases(List.of(domain.domainLease(), held, shared), hosts);

            assertThat(leases)
                    .extracting(StoredLease::state)
                    .containsExactly(
                            StoredLease.State.FREE,
                            StoredLease.State.HELD,
                            StoredLease.State.SHARED);
            assertThat(hosts.all()).hasSize(layout.maxHosts());
            int hostId = lastHostId(layout);
            assertThat(hosts.used()).extracting(StoredHost::hostId).containsExactly(hostId);
            assertThat(leases.get(1).holders())
                    .extracting(StoredLease.Holder::hostId)
                    .containsExactly((long) hostId);
            List<String> dump =
                    lines(
                            "direct",
                            "dump",
                            "%s:%d:%d"
                                    .formatted(
                                            domain.controlPath(),
                                            layout.lockspaceOffset(),
                                            layout.metadataStart() - layout.lockspaceOffset()));
            DeltaLeader host = Objects.requireNonNull(hosts.host(hostId).orElseThrow().leader());
            assertThat(dump.get(1))
                    .as("the daemon may have renewed between the two")
                    .startsWith(
                            "%08d %s %s "
                                    .formatted(
                                            layout.lockspaceOffset()
                                                    + SanlockAreaLayout.deltaOffset(
                                                            sectorBytes, hostId),
                                            domain.id(),
                                            host.hostName()))
                    .endsWith(" %04d %04d".formatted(hostId, host.generation()));
            List<String> expected = new ArrayList<>();
            for (StoredLease lease : leases) {
                PaxosLeader leader = Objects.requireNonNull(lease.leader());
                expected.add(
                        "%08d %s %s %010d %04d %04d %d"
                                .formatted(
                                        lease.area().offsetBytes(),
                                        leader.lockspaceName(),
                                        leader.resourceName(),
                                        leader.timestampSeconds(),
                                        leader.ownerId(),
                                        leader.ownerGeneration(),
                                        leader.lver()));
            }
            expected.add("%04d %04d SH".formatted(hostId, 1));
            assertThat(dump.subList(2, dump.size())).isEqualTo(expected);
            assertThat(readLeader(held))
                    .containsAllEntriesOf(fields(Objects.requireNonNull(leases.get(1).leader())));
        }
    }

    /** Everything that the program prints of a leader; it verifies the checksum as well. */
    private static Map<String, String> fields(PaxosLeader leader) {
        return Map.ofEntries(
                Map.entry("magic", "0x6152010"),
                Map.entry("flags", "0x%x".formatted(leader.flags())),
                Map.entry("sector_size", Integer.toString(leader.sectorBytes())),
                Map.entry("num_hosts", Integer.toString(leader.numHosts())),
                Map.entry("max_hosts", Integer.toString(leader.maxHosts())),
                Map.entry("owner_id", Long.toString(leader.ownerId())),
                Map.entry("owner_generation", Long.toString(leader.ownerGeneration())),
                Map.entry("lver", Long.toString(leader.lver())),
                Map.entry("space_name", leader.lockspaceName()),
                Map.entry("resource_name", leader.resourceName()),
                Map.entry("timestamp", Long.toString(leader.timestampSeconds())),
                Map.entry("write_id", Long.toString(leader.writerId())),
                Map.entry("write_generation", Long.toString(leader.writerGeneration())),
                Map.entry("write_timestamp", Long.toString(leader.writeTimestampSeconds())));
    }

    private static Map<String, String> readLeader(LeaseArea area) throws Exception {
        return lines(
                        "direct",
                        "read_leader",
                        "-r",
                        "%s:%s:%s:%d"
                                .formatted(
                                        area.domainId(),
                                        area.resourceId(),
                                        area.path(),
                                        area.offsetBytes()))
                .stream()
                .map(line -> line.split(" ", 2))
                .filter(words -> words.length == 2)
                .collect(Collectors.toMap(words -> words[0], words -> words[1], (a, b) -> b));
    }

    /** What the program prints, with single spaces. */
    private static List<String> lines(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sanlock"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** The farthest sector, whose place depends most on the geometry. */
    private static int lastHostId(DomainLayout layout) {
        return layout.maxHosts();
    }

    private static Lockspace lockspace(StorageDomain domain) {
        DomainLayout layout = domain.superblock().layout();
        return new Lockspace(
                domain.id().toString(),
                lastHostId(layout),
                domain.controlPath().toString(),
                layout.lockspaceOffset(),
                layout.sectorBytes(),
                layout.leaseAlignBytes());
    }
}
