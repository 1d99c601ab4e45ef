package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices with sectors of 4096 bytes, with every area size that goes with them. */
final class FourKibSectorsTest {
    private static final int MIB = 1 << 20;

    private static final Path MEMORY = Path.of("/dev/shm");

    private SanlockLab lab;
    private LoopDevice device;

    @BeforeEach
    void start() throws IOException {
        lab = SanlockLab.start(1);
        device = LoopDevice.create(MEMORY, 128L * MIB, 4096);
    }

    @AfterEach
    void stop() throws IOException {
        lab.close();
        device.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void areas_of_each_size_read_as_they_were_written(int alignMebibytes) throws SanlockException {
        int alignBytes = alignMebibytes * MIB;
        Sanlock sanlock = lab.sanlock(0);
        Lockspace lockspace = lockspace("LS4K", device.path(), alignBytes, 250L * alignMebibytes);
        Resource resource = resource(lockspace, 3);
        sanlock.writeLockspace(lockspace, 1);
        sanlock.writeResource(resource);
        assertThat(sanlock.readLockspace(lockspace))
                .isEqualTo(new LockspaceInfo("LS4K", 1, 4096, alignBytes));
        assertThat(sanlock.readResource(resource))
                .isEqualTo(new ResourceInfo("LS4K", "R3", 0, 4096, alignBytes));
        assertThat(sanlock.owners(resource)).isEmpty();
    }

    @Test
    void leases_are_held_in_the_smallest_and_in_the_largest_areas() throws Exception {
        Sanlock sanlock = lab.sanlock(0);
        try (LoopDevice smallDevice = LoopDevice.create(MEMORY, 32L * MIB, 4096);
                LoopDevice largeDevice = LoopDevice.create(MEMORY, 32L * MIB, 4096)) {
            Lockspace small = lockspace("SMALL", smallDevice.path(), MIB, 250);
            Lockspace large = lockspace("LARGE", largeDevice.path(), 8 * MIB, 2000);
            for (Lockspace lockspace : List.of(small, large)) {
                sanlock.writeLockspace(lockspace, 1);
                sanlock.addLockspaceAsync(lockspace, 1);
            }
            try {
                for (Lockspace lockspace : List.of(small, large)) {
                    assertThat(sanlock.awaitLockspace(lockspace)).isEqualTo(LockspaceState.JOINED);
                    acquireEverySlot(lockspace);
                }
                valuesLieWithinTheLargestAreas(large);
                valuesAreRefusedWhereTheyWouldDestroyANeighbour(small);
            } finally {
                lab.kill(0); // it has the devices open
            }
        }
    }

    /** Neighbours do not touch each other: all are held at once, and all can be read. */
    private void acquireEverySlot(Lockspace lockspace) throws SanlockException {
        List<Resource> resources = List.of(resource(lockspace, 1), resource(lockspace, 2));
        try (Registration registration = lab.sanlock(0).register()) {
            for (Resource resource : resources) {
                lab.sanlock(0).writeResource(resource);
                registration.acquire(List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE)), "4k");
            }
            assertThat(registration.inquire()).extracting(HeldLease::lver).containsExactly(1L, 1L);
            for (Resource resource : resources) {
                assertThat(lab.sanlock(0).owners(resource))
                        .extracting(Owner::hostId)
                        .containsExactly(lockspace.hostId());
            }
            registration.release(resources);
        }
    }

    private void valuesLieWithinTheLargestAreas(Lockspace large) throws SanlockException {
        Resource resource = resource(large, 1);
        LeaseClaim claim = new LeaseClaim(resource, LeaseMode.EXCLUSIVE);
        byte[] value = new byte[4096];
        Arrays.fill(value, (byte) 0xEE);
        try (Registration registration = lab.sanlock(0).register()) {
            for (int round = 0; round < 2; round++) {
                registration.lockValues().acquire(claim, "");
                assertThat(registration.lockValues().get(resource))
                        .isEqualTo(round == 0 ? new byte[4096] : value);
                registration.lockValues().set(resource, value);
                registration.release(List.of(resource));
            }
            assertThat(lab.sanlock(0).owners(resource(large, 2))).isEmpty();
        }
    }

    private void valuesAreRefusedWhereTheyWouldDestroyANeighbour(Lockspace small)
            throws SanlockException {
        Resource asWritten = resource(small, 8);
        lab.sanlock(0).writeResource(asWritten);
        Resource asClaimed =
                new Resource(
                        small.name(),
                        asWritten.name(),
                        small.path(),
                        asWritten.offsetBytes(),
                        4096,
                        8 * MIB);
        try (Registration registration = lab.sanlock(0).register()) {
            for (Resource resource : List.of(asWritten, asClaimed)) {
                LeaseClaim claim = new LeaseClaim(resource, LeaseMode.EXCLUSIVE);
                assertThatThrownBy(() -> registration.lockValues().acquire(claim, ""))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("over another resource");
            }
            assertThat(registration.inquire()).isEmpty();
        }
    }

    private static Lockspace lockspace(String name, Path path, int alignBytes, long hostId) {
        return new Lockspace(name, hostId, path.toString(), 0, 4096, alignBytes);
    }

    private static Resource resource(Lockspace lockspace, int slot) {
        return new Resource(
                lockspace.name(),
                "R" + slot,
                lockspace.path(),
                (long) slot * lockspace.alignBytes(),
                4096,
                lockspace.alignBytes());
    }
}
