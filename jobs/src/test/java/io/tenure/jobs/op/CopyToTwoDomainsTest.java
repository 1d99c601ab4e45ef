package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.domain.LeaseArea;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobRejectedException;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.jobs.JobTarget;
import io.tenure.lease.LeaseState;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One copy whose volumes lie in two domains, and what is wrong with only one of them. */
class CopyToTwoDomainsTest {
    private static final int BYTES = 256 << 10;

    @TempDir Path directory;
    private Path source;
    private TestDomain agent;
    private TestDomain elsewhere;
    private UUID here;
    private UUID there;

    @BeforeEach
    void open() throws Exception {
        source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        elsewhere = TestDomain.create(Files.createDirectory(directory.resolve("elsewhere")));
        here = agent.createVolume(BYTES);
        there = elsewhere.createVolume(BYTES);
        agent.trace().clear();
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
        elsewhere.close();
    }

    @Test
    @Tag("ovirt-48")
    void leasesAreTakenByDomainAndPlaceHoweverTheyAreNamedAndGivenBackInReverse() throws Exception {
        UUID further = elsewhere.createVolume(BYTES);
        List<UUID> order = new ArrayList<>(List.of(there, further));
        order.add(lease(agent, here).compareTo(lease(elsewhere, there)) < 0 ? 0 : 2, here);
        List<Transfer> named =
                List.of(to(elsewhere, further, 1L), to(agent, here, 1L), to(elsewhere, there, 1L));
        for (long generation = 1; generation <= 2; generation++) {
            long expected = generation;
            agent.trace().clear();
            List<Transfer> transfers =
                    (generation == 1 ? named : named.reversed())
                            .stream()
                                    .map(each ->
                                            new Transfer(
                                                    each.source(),
                                                    new JobTarget(
                                                            each.destination().domain(),
                                                            each.destination().volumeId(),
                                                            expected)))
                                    .toList();

            TestDomain.requireDone(agent.run(copy(transfers)));

            assertThat(linesOf("acquire "))
                    .isEqualTo(order.stream().map(id -> "acquire EXCLUSIVE " + id).toList());
            assertThat(linesOf("release "))
                    .isEqualTo(order.reversed().stream().map(id -> "release " + id).toList());
        }
        for (TestDomain each : List.of(agent, elsewhere)) {
            UUID volume = each == agent ? here : there;
            assertThat(Files.mismatch(source, each.volume(volume).dataPath())).isEqualTo(-1);
        }
    }

    @Test
    @Tag("ovirt-52")
    void whenTheLastLeaseIsRefusedTheOthersAreGivenBackInReverseAndTheErrorIsKept()
            throws Exception {
        UUID first = agent.createVolume(BYTES);
        UUID second = agent.createVolume(BYTES);
        UUID third = agent.createVolume(BYTES);
        agent.leases().failAcquire(third, new IOException("the third is refused"));
        agent.leases().failRelease(second);
        agent.trace().clear();

        JobResult result =
                agent.run(
                        copy(
                                List.of(
                                        to(agent, third, 1L),
                                        to(agent, first, 1L),
                                        to(agent, second, 1L))));

        assertThat(failureOf(result).message()).contains("the third is refused");
        assertThat(failureOf(result).step()).isEqualTo(JobStep.ACQUIRE);
        assertThat(linesOf("release ")).containsExactly("release " + second, "release " + first);
        for (UUID volume : List.of(first, second, third)) {
            assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
            assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        }
    }

    @Test
    @Tag("ovirt-2")
    @Tag("ovirt-4")
    void whatIsWrongWithTheGenerationOfOneLeavesBothAsTheyWere() throws Exception {
        elsewhere.setGeneration(there, Long.MAX_VALUE);
        for (Long expected : new Long[] {Long.MAX_VALUE, 1L, null}) {
            byte[] slot = agent.slotBytes(agent.volume(here).slotIndex());
            byte[] other = elsewhere.slotBytes(elsewhere.volume(there).slotIndex());

            JobResult result =
                    agent.run(copy(List.of(to(agent, here, 1L), to(elsewhere, there, expected))));

            assertThat(failureOf(result).kind())
                    .isEqualTo(
                            Optional.ofNullable(expected).orElse(Long.MAX_VALUE) == 1
                                    ? FailureKind.GENERATION_MISMATCH
                                    : FailureKind.INVALID_REQUEST);
            assertThat(failureOf(result).message()).contains(there.toString());
            assertThat(agent.slotBytes(agent.volume(here).slotIndex())).isEqualTo(slot);
            assertThat(elsewhere.slotBytes(elsewhere.volume(there).slotIndex())).isEqualTo(other);
        }
    }

    @Test
    @Tag("ovirt-8")
    void aNegativeGenerationOfOneIsRejectedAtOnceAndTheJobIsNotKept() throws Exception {
        CopyVolume copy = copy(List.of(to(agent, here, 1L), to(elsewhere, there, -1L)));
        assertThatThrownBy(() -> agent.start(copy))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("-1");
        assertThat(agent.runner().find(copy.request().id())).isEmpty();
        assertThat(agent.trace().lines()).isEmpty();
    }

    @Test
    @Tag("ovirt-26")
    void noDataIsWrittenToAnyWhenOneCannotBeMarked() throws Exception {
        Path control = elsewhere.domain().controlPath();
        elsewhere
                .devices()
                .add(
                        DeviceHook.failing(
                                event -> event.is(control, DeviceEvent.Kind.WRITE), Errno.EIO));
        byte[] other = elsewhere.slotBytes(elsewhere.volume(there).slotIndex());
        agent.traceDevices();

        JobResult result = agent.run(copy(List.of(to(agent, here, 1L), to(elsewhere, there, 1L))));

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(failureOf(result).message()).contains("EIO");
        assertThat(agent.trace().lines()).doesNotContain("write data");
        assertThat(elsewhere.slotBytes(elsewhere.volume(there).slotIndex())).isEqualTo(other);
        VolumeRecord marked = agent.record(here);
        assertThat(marked.generation()).isEqualTo(1);
        assertThat(marked.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(marked.activeJob()).isEmpty();
        assertThat(marked.transitions().getFirst().kind()).isEqualTo(TransitionKind.FAILED);
    }

    private CopyVolume copy(List<Transfer> transfers) throws IOException {
        return CopyVolume.ofSeveral(UUID.randomUUID(), transfers, TestDomain.SMALL_REQUESTS);
    }

    private Transfer to(TestDomain domain, UUID volume, @Nullable Long expected) {
        return new Transfer(
                new CopySource.Outside(source), new JobTarget(domain.domain(), volume, expected));
    }

    private static LeaseArea lease(TestDomain domain, UUID volume) throws IOException {
        return domain.domain().leaseArea(domain.volume(volume).slotIndex(), volume);
    }

    private List<String> linesOf(String what) {
        return agent.trace().lines().stream().filter(line -> line.startsWith(what)).toList();
    }

    private static JobFailure failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }
}
