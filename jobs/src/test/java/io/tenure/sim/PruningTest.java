package io.tenure.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.sim.Pruning.Degree;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a search leaves out makes no difference: it comes to the same as one that tries everything.
 * With one fault less than the searches of {@link SimulatorTest}, since without pruning there are
 * many times as many schedules.
 */
final class PruningTest {
    private static final int FAULTS = Integer.getInteger("tenure.sim.faults", 1) - 1;

    private static Set<String> outcomes(Script script, int faults, Degree degree) {
        return Simulator.ofProtocol().outcomes(new Schedule.Space(script, faults, degree));
    }

    private static void assertSameComesOf(Script script, int faults) {
        Set<String> all = outcomes(script, faults, Degree.STILL);
        assertThat(all).isNotEmpty();
        assertThat(outcomes(script, faults, Degree.STRICT)).isEqualTo(all);
        assertThat(outcomes(script, faults, Degree.LEASED)).isEqualTo(all);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLeftOutComesToNothingElse(Script script) {
        assertSameComesOf(script, script == Script.TWO_JOBS_AND_A_RECON ? 0 : FAULTS);
    }

    @Test
    void norDoesWhatIsLeftOutOfSchedulesWithAFault() {
        assertSameComesOf(Script.TWO_UPDATES_AND_A_RECON, 1);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsFoundInAllSchedulesIsFoundInThoseThatAreTried(Mutation mutation) {
        List<Script> found =
                Stream.of(Script.values())
                        .filter(script -> isFound(mutation, script, Degree.STILL))
                        .toList();
        assertThat(found).allMatch(script -> isFound(mutation, script, Degree.STRICT));
        assertThat(found).allMatch(script -> isFound(mutation, script, Degree.LEASED));
    }

    private static boolean isFound(Mutation mutation, Script script, Degree degree) {
        return Simulator.of(mutation)
                .exhaust(new Schedule.Space(script, faults(script), degree), Long.MAX_VALUE)
                .violation()
                .isPresent();
    }

    /** One where nearly everything is found early on; no faults where that takes too long. */
    private static int faults(Script script) {
        return switch (script) {
            case A_JOB_A_RECON_AND_THE_NEXT_JOB -> 1;
            case TWO_UPDATES_AND_A_RECON -> FAULTS;
            default -> 0;
        };
    }
}
