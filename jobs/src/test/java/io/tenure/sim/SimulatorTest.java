package io.tenure.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The protocol holds what it promises, whatever happens when.
 *
 * <p>How much is gone through: {@code -Dtenure.sim.schedules=1000000} random schedules from {@code
 * -Dtenure.sim.seed=S}, and all schedules with up to {@code -Dtenure.sim.faults=2} faults; of those
 * with a recon, {@code -Dtenure.sim.exhausted=N} at most.
 */
final class SimulatorTest {
    private static final String SCHEDULES = "tenure.sim.schedules";
    private static final String SEED = "tenure.sim.seed";
    private static final String FAULTS = "tenure.sim.faults";
    private static final String EXHAUSTED = "tenure.sim.exhausted";
    private static final long DEFAULT_SCHEDULES = 250_000;

    /** The same each time, so that a test run says something of the code; others are asked for. */
    private static final long DEFAULT_SEED = 1;

    /** Not all: a recon looks again and again, at different times. */
    private static final long DEFAULT_EXHAUSTED = 150_000;

    /** Far more than it takes; the slowest is found within 30,000. */
    private static final long MUTATED_SCHEDULES = 400_000;

    @Test
    void randomSchedulesViolateNothing() {
        long seed = Long.getLong(SEED, DEFAULT_SEED);
        SimReport report =
                Simulator.ofProtocol()
                        .without(Action.LATE_RECORDS)
                        .random(seed, Long.getLong(SCHEDULES, DEFAULT_SCHEDULES));
        System.out.println("simulator, random from seed " + seed + ": " + report);
        assertThat(report.violation()).isEmpty();
    }

    @Test
    void allSchedulesOfTwoJobsAndAFenceViolateNothing() {
        int faults = Integer.getInteger(FAULTS, 1);
        SimReport report =
                Simulator.ofProtocol()
                        .without(Action.LATE_RECORDS)
                        .exhaust(Scripts.TWO_JOBS_AND_A_FENCE, faults, Long.MAX_VALUE);
        System.out.println("simulator, all with up to " + faults + " faults: " + report);
        assertThat(report.violation()).isEmpty();
    }

    @Test
    void allSchedulesOfTwoJobsAndAReconViolateNothing() {
        SimReport report =
                Simulator.ofProtocol()
                        .without(Action.LATE_RECORDS)
                        .exhaust(
                                Scripts.TWO_JOBS_AND_A_RECON,
                                Integer.getInteger(FAULTS, 1),
                                Long.getLong(EXHAUSTED, DEFAULT_EXHAUSTED));
        System.out.println("simulator, all of a recon: " + report);
        assertThat(report.violation()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsBrokenOnPurposeIsFound(Mutation mutation) {
        SimReport report =
                Simulator.of(mutation).without(Action.LATE_RECORDS).random(1, MUTATED_SCHEDULES);
        System.out.println("simulator, " + mutation + ": " + report);
        assertThat(report.violation()).isPresent();
    }

    @Test
    void aSeedDoesTheSameEachTime() {
        Simulator broken = Simulator.of(Mutation.RELEASE_BEFORE_DRAIN);
        Violation found = broken.random(1, MUTATED_SCHEDULES).violation().orElseThrow();
        assertThat(broken.replay(found.seed())).contains(found);
        assertThat(broken.replay(found.seed())).contains(found);
        assertThat(found.trace()).anyMatch(line -> line.contains("VIOLATION"));
    }

    /**
     * What the protocol does not survive yet: a record write that reaches the storage after another
     * host has taken the lease over and read the record. To be turned round once it does.
     */
    @Test
    void aLateRecordWriteIsFoundToChangeAnOutcome() {
        SimReport report =
                Simulator.ofProtocol()
                        .without(Action.allFaultsBut(Action.PAUSE))
                        .random(1, MUTATED_SCHEDULES);
        System.out.println("simulator, known: " + report);
        assertThat(report.violation()).isPresent();
    }
}
