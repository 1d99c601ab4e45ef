package io.tenure.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The protocol's steps, as the record that the next write carries. */
final class VolumeStateTest {
    private static final UUID J = Samples.job(1);
    private static final UUID OTHER = Samples.job(2);
    private static final Instant T = Instant.parse("2026-02-03T04:05:06.789Z");
    private static final ActiveJob JOB = new ActiveJob(J, 17, 3, T.minusSeconds(60));

    @Test
    void nothingStartsInQuarantineAndAPersonEndsItWithAReason() {
        VolumeState state = legalIn(7).withQuarantine(Optional.of(new Quarantine(2, 3)));
        assertThatThrownBy(() -> state.started(new ActiveJob(J, 1, 1, T)))
                .hasMessageContaining("in quarantine, since host 2");
        VolumeState fenced = state.fenced(J, 4, T);
        assertThat(fenced.quarantine()).contains(new Quarantine(2, 3));
        VolumeState released = fenced.released(J, 4, "it was scrapped", T);
        assertThat(released.quarantine()).isEmpty();
        assertThat(released.releaseReason()).contains("it was scrapped");
        assertThat(released.generation()).isEqualTo(9);
        assertThatThrownBy(() -> released.released(J, 4, "again", T))
                .hasMessageContaining("not in quarantine");
        assertThatThrownBy(() -> state.released(J, 4, "", T)).hasMessageContaining("say why");
    }

    @Test
    @Tag("ovirt-6")
    void aNewVolumeIsIllegalInGenerationZeroWithoutAPast() {
        assertThat(VolumeState.initial())
                .isEqualTo(new VolumeState(0, Legality.ILLEGAL, Optional.empty(), List.of()));
    }

    @Test
    void aStartedJobIsNamedAndTheVolumeIllegalInTheSameGeneration() {
        VolumeState state = legalIn(7).started(JOB);
        assertThat(state.generation()).isEqualTo(7);
        assertThat(state.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(state.activeJob()).contains(JOB);
        assertThat(state.transitions()).isEmpty();
        assertThat(legalIn(7).startedKeepingLegality(JOB).legality()).isEqualTo(Legality.LEGAL);
    }

    @Test
    void completionRaisesTheGenerationByOneAndNamesTheJobThatWasActive() {
        assertThat(legalIn(7).started(JOB).completed(T))
                .isEqualTo(
                        new VolumeState(
                                8,
                                Legality.LEGAL,
                                Optional.empty(),
                                List.of(new Transition(7, TransitionKind.COMPLETED, J, 17, T, 0))));
        assertThat(illegalIn(7).started(JOB).completedKeepingLegality(T).legality())
                .isEqualTo(Legality.ILLEGAL);
    }

    @Test
    void failureKeepsGenerationAndLegalityAndRecordsTheCode() {
        assertThat(legalIn(7).started(JOB).failed(5, T))
                .isEqualTo(
                        new VolumeState(
                                7,
                                Legality.ILLEGAL,
                                Optional.empty(),
                                List.of(new Transition(7, TransitionKind.FAILED, J, 17, T, 5))));
        assertThat(legalIn(7).startedKeepingLegality(JOB).failed(5, T).legality())
                .isEqualTo(Legality.LEGAL);
        assertThatThrownBy(() -> legalIn(7).started(JOB).failed(0, T))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("failureCode of FAILED is 0");
        assertThatThrownBy(() -> legalIn(7).started(JOB).failed(65_536, T))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFenceRaisesTheGenerationWhoeverWasActiveAndKeepsLegality() {
        VolumeState fenced = legalIn(7).started(JOB).fenced(J, 4, T);
        assertThat(fenced)
                .isEqualTo(
                        new VolumeState(
                                8,
                                Legality.ILLEGAL,
                                Optional.empty(),
                                List.of(
                                        new Transition(
                                                7,
                                                TransitionKind.FENCED,
                                                J,
                                                4,
                                                T,
                                                Transition.NOT_KNOWN))));
        assertThat(legalIn(7).fenced(OTHER, 4, T).legality()).isEqualTo(Legality.LEGAL);
    }

    @Test
    void aFenceKeepsHowTheJobHadEndedInThatGeneration() {
        VolumeState failed = legalIn(7).started(JOB).failed(12, T).started(JOB).failed(137, T);
        assertThat(codeOfFence(failed, J)).as("the last time").isEqualTo(137);
        assertThat(codeOfFence(failed, OTHER)).as("had not begun").isZero();
        assertThat(codeOfFence(failed.fenced(OTHER, 4, T), J)).as("in an earlier one").isZero();
        assertThat(failed.keepsAllFailures()).isTrue();
        VolumeState full = failed.started(JOB).failed(12, T);
        assertThat(full.keepsAllFailures()).isFalse();
        assertThat(codeOfFence(full, J)).isEqualTo(12);
        assertThat(codeOfFence(full, OTHER))
                .as("it may have failed before those that are kept")
                .isEqualTo(Transition.NOT_KNOWN);
        assertThat(codeOfFence(full.fenced(OTHER, 4, T), J))
                .as("nobody has failed in the next generation")
                .isZero();
    }

    private static int codeOfFence(VolumeState state, UUID job) {
        return state.fenced(job, 4, T).transitions().getFirst().failureCode();
    }

    @Test
    void aRemovedVolumeIsATombstoneOfTheNextGeneration() {
        VolumeState removed = legalIn(7).started(JOB).removed(T);
        assertThat(removed.legality()).isEqualTo(Legality.REMOVED);
        assertThat(removed.generation()).isEqualTo(8);
        assertThat(removed.transitions().getFirst().kind()).isEqualTo(TransitionKind.COMPLETED);
        assertThatThrownBy(() -> removed.started(JOB))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("removed");
        assertThatThrownBy(() -> removed.updated(J, 1, Legality.LEGAL, T))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anUpdateRaisesTheGenerationAndMaySetLegalityButNeverRemoves() {
        VolumeState updated = legalIn(7).updated(J, 4, Legality.ILLEGAL, T);
        assertThat(updated.generation()).isEqualTo(8);
        assertThat(updated.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(updated.transitions())
                .containsExactly(new Transition(7, TransitionKind.UPDATED, J, 4, T, 0));
        assertThatThrownBy(() -> legalIn(7).updated(J, 4, Legality.REMOVED, T))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingStartsOrUpdatesWhileAJobIsRecordedAsWorking() {
        VolumeState working = legalIn(7).started(JOB);
        assertThatThrownBy(() -> working.started(new ActiveJob(OTHER, 1, 1, T)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(J.toString());
        assertThatThrownBy(() -> working.startedKeepingLegality(JOB))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> working.updated(OTHER, 1, Legality.LEGAL, T))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothingEndsThatDidNotStart() {
        assertThatThrownBy(() -> legalIn(7).completed(T)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> legalIn(7).failed(5, T)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> legalIn(7).removed(T)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theLastThreeTransitionsAreKeptNewestFirst() {
        VolumeState state = legalIn(7);
        for (int i = 0; i < 5; i++) {
            state = state.started(JOB).completed(T.plusSeconds(i));
        }
        assertThat(state.generation()).isEqualTo(12);
        assertThat(state.transitions())
                .extracting(Transition::fromGeneration)
                .containsExactly(11L, 10L, 9L);
        assertThat(state.transitions())
                .extracting(Transition::time)
                .containsExactly(T.plusSeconds(4), T.plusSeconds(3), T.plusSeconds(2));
    }

    @Test
    @Tag("ovirt-4")
    void theGenerationNeverWraps() {
        VolumeState last = legalIn(Long.MAX_VALUE);
        assertThatThrownBy(() -> last.started(JOB))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("9223372036854775807");
        assertThatThrownBy(() -> last.fenced(J, 1, T)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> last.updated(J, 1, Legality.LEGAL, T))
                .isInstanceOf(IllegalStateException.class);
        assertThat(legalIn(Long.MAX_VALUE - 1).started(JOB).completed(T).generation())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void transitionsThatDoNotLeadToTheGenerationAreRefused() {
        Transition completed = new Transition(7, TransitionKind.COMPLETED, J, 1, T, 0);
        Transition failed = new Transition(8, TransitionKind.FAILED, J, 1, T, 5);
        assertThat(new VolumeState(8, Legality.LEGAL, Optional.empty(), List.of(failed, completed)))
                .isNotNull();
        assertThatThrownBy(() ->
                        new VolumeState(
                                8, Legality.LEGAL, Optional.empty(), List.of(completed, failed)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("transition 1 (FAILED) leads to generation 8");
        assertThatThrownBy(() ->
                        new VolumeState(7, Legality.LEGAL, Optional.empty(), List.of(completed)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new VolumeState(
                                8,
                                Legality.LEGAL,
                                Optional.empty(),
                                List.of(failed, failed, failed, failed)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static VolumeState legalIn(long generation) {
        return new VolumeState(generation, Legality.LEGAL, Optional.empty(), List.of());
    }

    private static VolumeState illegalIn(long generation) {
        return new VolumeState(generation, Legality.ILLEGAL, Optional.empty(), List.of());
    }
}
