package io.tenure.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The protocol holds what it promises, whatever happens when.
 *
 * <p>How much is gone through: {@code -Dtenure.sim.schedules=1000000} random schedules from {@code
 * -Dtenure.sim.seed=S}, and all schedules with up to {@code -Dtenure.sim.faults=2} faults, of each
 * search {@code -Dtenure.sim.exhausted=N} at most. {@code -Dtenure.sim.replay=NAME} runs one again
 * that violated something, by the name that the violation gives. What ran stands in {@code
 * target/simulation.txt}.
 */
final class SimulatorTest {
    private static final String SCHEDULES = "tenure.sim.schedules";
    private static final String SEED = "tenure.sim.seed";
    private static final String FAULTS = "tenure.sim.faults";
    private static final String EXHAUSTED = "tenure.sim.exhausted";
    private static final String REPLAY = "tenure.sim.replay";
    private static final long DEFAULT_SCHEDULES = 200_000;

    /** The same each time, so that a test run says something of the code; others are asked for. */
    private static final String DEFAULT_SEED = "1";

    /** Far more than it takes; the slowest is found within 30,000. */
    private static final long MUTATED_SCHEDULES = 400_000;

    private static final long COMPARED_SCHEDULES = 3_000;
    private static final Path SUMMARY = Path.of("target", "simulation.txt");

    @BeforeAll
    static void beginSummary() throws IOException {
        Files.deleteIfExists(SUMMARY);
    }

    private static void holds(String what, SimReport report) throws IOException {
        String line = "simulator, " + what + ": " + report + "\n";
        System.out.print(line);
        Files.createDirectories(SUMMARY.toAbsolutePath().getParent());
        Files.writeString(SUMMARY, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        assertThat(report.violation()).isEmpty();
    }

    private static void exhausts(Schedule.Space space) throws IOException {
        long limit = Long.getLong(EXHAUSTED, Long.MAX_VALUE);
        SimReport report = Simulator.ofProtocol().exhaust(space, limit);
        holds((report.schedules() < limit ? "all of " : "the first of ") + space, report);
    }

    @Test
    void randomSchedulesViolateNothing() throws IOException {
        long seed = Long.parseLong(System.getProperty(SEED, DEFAULT_SEED));
        holds(
                "random from seed " + seed,
                Simulator.ofProtocol().random(seed, Long.getLong(SCHEDULES, DEFAULT_SCHEDULES)));
    }

    @ParameterizedTest
    @EnumSource
    void allSchedulesWithFewFaultsViolateNothing(Script script) throws IOException {
        int faults = Integer.getInteger(FAULTS, 1);
        Schedule.Space space = new Schedule.Space(script, faults, Pruning.Degree.LEASED);
        exhausts(space);
    }

    /** With one fault less, since these are far more. */
    @ParameterizedTest
    @EnumSource
    void norDoThoseInWhichEveryReadCounts(Script script) throws IOException {
        int faults = Integer.getInteger(FAULTS, 1) - 1;
        Schedule.Space space = new Schedule.Space(script, faults, Pruning.Degree.STRICT);
        exhausts(space);
    }

    /** Nor the number of drivers: or else two states were taken for one that are none. */
    @Test
    void theOrderOfASearchDoesNotChangeWhatItFinds() {
        Schedule.Space space =
                new Schedule.Space(Script.TWO_UPDATES_AND_A_RECON, 1, Pruning.Degree.LEASED);
        SimReport first = Simulator.ofProtocol().onOneCore().exhaust(space, Long.MAX_VALUE);
        SimReport other = Simulator.ofProtocol().backwards().exhaust(space, Long.MAX_VALUE);
        assertThat(other.states()).isEqualTo(first.states());
        assertThat(other.schedules()).isEqualTo(first.schedules());
    }

    @ParameterizedTest
    @EnumSource
    void whatAProcessDoesFromMemoryItsCodeDoesToo(Script script) {
        Schedule.Space space = new Schedule.Space(script, 1, Pruning.Degree.LEASED);
        assertMemoryIsRight(Simulator.ofProtocol(), space);
    }

    @ParameterizedTest
    @EnumSource
    void soDoesWhatIsBrokenOnPurpose(Mutation mutation) {
        Schedule.Space space =
                new Schedule.Space(Script.TWO_JOBS_AND_A_FENCE, 1, Pruning.Degree.LEASED);
        assertMemoryIsRight(Simulator.of(mutation), space);
    }

    private static void assertMemoryIsRight(Simulator simulator, Schedule.Space space) {
        SimReport code = simulator.withoutMemory().onOneCore().exhaust(space, COMPARED_SCHEDULES);
        SimReport memory = simulator.onOneCore().exhaust(space, COMPARED_SCHEDULES);
        assertThat(memory.schedules()).isEqualTo(code.schedules());
        assertThat(memory.steps()).isEqualTo(code.steps());
        assertThat(memory.states()).isEqualTo(code.states());
        assertThat(memory.violation()).isEqualTo(code.violation());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HALF_A_RECORD_BELIEVED")
    void whatIsBrokenOnPurposeIsFound(Mutation mutation) {
        SimReport report = Simulator.of(mutation).random(1, MUTATED_SCHEDULES);
        System.out.println("simulator, " + mutation + ": " + report);
        assertThat(report.violation()).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void noCornerHidesAViolation(Corner corner) throws IOException {
        holds("all of " + corner, Simulator.ofProtocol().exhaust(corner.space(), Long.MAX_VALUE));
    }

    @Test
    void aRecordThatWasCutOffBetweenItsCopiesIsFinishedBeforeALateSectorComes() {
        Mutation mutation = Mutation.HALF_A_RECORD_BELIEVED;
        SimReport broken =
                Simulator.of(mutation)
                        .exhaust(
                                Corner.A_LATE_SECTOR_BESIDE_A_RECORD_CUT_OFF.space(),
                                Long.MAX_VALUE);
        System.out.println("simulator, " + mutation + ": " + broken);
        Violation found = broken.violation().orElseThrow();
        assertThat(Simulator.of(mutation).replay(found.schedule())).contains(found);
    }

    @Test
    void aScheduleDoesTheSameEachTime() {
        Simulator broken = Simulator.of(Mutation.RELEASE_BEFORE_DRAIN);
        Violation atRandom = broken.random(1, MUTATED_SCHEDULES).violation().orElseThrow();
        Violation searched =
                broken.exhaust(
                                new Schedule.Space(
                                        Script.TWO_JOBS_AND_A_FENCE, 1, Pruning.Degree.LEASED),
                                Long.MAX_VALUE)
                        .violation()
                        .orElseThrow();
        assertThat(broken.replay(atRandom.schedule())).contains(atRandom);
        assertThat(broken.replay(searched.schedule())).contains(searched);
        assertThat(searched.trace()).anyMatch(line -> line.contains("VIOLATION"));
    }

    @Test
    void theSeedOfAScheduleIsThatOfItsFirst() {
        Simulator broken = Simulator.of(Mutation.RELEASE_BEFORE_DRAIN);
        Violation found = broken.random(1, MUTATED_SCHEDULES).violation().orElseThrow();
        assertThat(broken.random(Long.parseLong(found.schedule()), 1).violation()).contains(found);
    }

    @Test
    void theScheduleThatIsAskedForViolatesNothing() {
        assertThat(Simulator.ofProtocol().replay(System.getProperty(REPLAY, DEFAULT_SEED)))
                .isEmpty();
    }
}
