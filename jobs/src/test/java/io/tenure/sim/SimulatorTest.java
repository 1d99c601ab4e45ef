package io.tenure.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The protocol holds what it promises, whatever happens when.
 *
 * <p>How much is gone through: {@code -Dtenure.sim.schedules=1000000} random schedules from {@code
 * -Dtenure.sim.seed=S}, and all schedules with up to {@code -Dtenure.sim.faults=2} faults, {@code
 * -Dtenure.sim.exhausted=N} at most.
 */
final class SimulatorTest {
    private static final String SCHEDULES = "tenure.sim.schedules";
    private static final String SEED = "tenure.sim.seed";
    private static final String FAULTS = "tenure.sim.faults";
    private static final String EXHAUSTED = "tenure.sim.exhausted";
    private static final long DEFAULT_SCHEDULES = 250_000;

    /** The same each time, so that a test run says something of the code; others are asked for. */
    private static final long DEFAULT_SEED = 1;

    /** Not all, which are a million with one fault: those that come first. */
    private static final long DEFAULT_EXHAUSTED = 150_000;

    /** Far more than it takes; the slowest is found within 30,000. */
    private static final long MUTATED_SCHEDULES = 400_000;

    @Test
    void randomSchedulesViolateNothing() {
        long seed = Long.getLong(SEED, DEFAULT_SEED);
        SimReport report =
                Simulator.ofProtocol().random(seed, Long.getLong(SCHEDULES, DEFAULT_SCHEDULES));
        System.out.println("simulator, random from seed " + seed + ": " + report);
        assertThat(report.violation()).isEmpty();
    }

    @Test
    void allSchedulesOfTwoJobsAndAFenceViolateNothing() {
        int faults = Integer.getInteger(FAULTS, 1);
        SimReport report =
                Simulator.ofProtocol()
                        .exhaust(
                                Scripts.TWO_JOBS_AND_A_FENCE,
                                faults,
                                Long.getLong(EXHAUSTED, DEFAULT_EXHAUSTED));
        System.out.println("simulator, all with up to " + faults + " faults: " + report);
        assertThat(report.violation()).isEmpty();
    }

    @Test
    void allSchedulesOfTwoJobsAndAReconViolateNothing() {
        SimReport report =
                Simulator.ofProtocol()
                        .exhaust(
                                Scripts.TWO_JOBS_AND_A_RECON,
                                Integer.getInteger(FAULTS, 1),
                                Long.getLong(EXHAUSTED, DEFAULT_EXHAUSTED));
        System.out.println("simulator, all of a recon: " + report);
        assertThat(report.violation()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HALF_A_RECORD_BELIEVED")
    void whatIsBrokenOnPurposeIsFound(Mutation mutation) {
        SimReport report = Simulator.of(mutation).random(1, MUTATED_SCHEDULES);
        System.out.println("simulator, " + mutation + ": " + report);
        assertThat(report.violation()).isPresent();
    }

    /** It takes three coincidences, too rare to be met by chance: all that lead there. */
    @Test
    void aRecordThatWasCutOffBetweenItsCopiesIsFinishedBeforeALateSectorComes() {
        Mutation mutation = Mutation.HALF_A_RECORD_BELIEVED;
        SimReport broken = lateBesideCutOff(Simulator.of(mutation), Long.MAX_VALUE);
        System.out.println("simulator, " + mutation + ": " + broken);
        assertThat(broken.violation()).isPresent();
        SimReport report = lateBesideCutOff(Simulator.ofProtocol(), 2 * broken.schedules());
        System.out.println("simulator, late beside cut off: " + report);
        assertThat(report.violation()).isEmpty();
    }

    private static SimReport lateBesideCutOff(Simulator simulator, long limit) {
        return simulator
                .onlyWith(
                        EnumSet.of(
                                Action.RUN,
                                Action.LAND,
                                Action.LAND_LATE,
                                Action.TICK,
                                Action.PAUSE_IN_FLIGHT,
                                Action.KILL))
                .exhaust(Scripts.TWO_UPDATES_AND_A_RECON, 2, limit);
    }

    @Test
    void aSeedDoesTheSameEachTime() {
        Simulator broken = Simulator.of(Mutation.RELEASE_BEFORE_DRAIN);
        Violation found = broken.random(1, MUTATED_SCHEDULES).violation().orElseThrow();
        assertThat(broken.replay(found.seed())).contains(found);
        assertThat(broken.replay(found.seed())).contains(found);
        assertThat(found.trace()).anyMatch(line -> line.contains("VIOLATION"));
    }
}
