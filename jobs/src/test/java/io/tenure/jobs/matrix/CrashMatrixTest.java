package io.tenure.jobs.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Whatever cuts a job off, at whichever of its storage operations: another host is told the truth,
 * and it stays true. By default a sample of the cells that a seed chooses.
 *
 * <p>{@code -Dtenure.matrix=whole} runs all, {@code -Dtenure.matrix.seed=S} another sample, or the
 * same again; {@code -Dtenure.matrix.only=PATTERN} all cells whose name holds the pattern.
 */
final class CrashMatrixTest {
    private static final Path REPORT = Path.of("target", "crash-matrix.md");

    /** How many cells with strikes that need no expiry the sample has, and how many of the rest. */
    private static final int SAMPLE_PLAIN = 12;

    private static final int SAMPLE_FAST = 6;

    /** How many cells are under way at once. */
    private static final int FEW_PLAIN = 3;

    private static final int TOLD_EVERY = 100;
    private static final int MANY_PLAIN = 6;
    private static final int MANY_FAST = 16;

    @Test
    void whateverHappensAtAnOperationAnotherHostIsToldTheTruth() throws Exception {
        long begin = System.nanoTime();
        boolean whole = "whole".equals(System.getProperty("tenure.matrix"));
        String only = System.getProperty("tenure.matrix.only", "");
        long seed = Long.getLong("tenure.matrix.seed", System.nanoTime() % 1_000_000);
        Lanes.Survey survey = Lanes.survey();
        assertThat(survey.broken().isWrong())
                .as("a job without a mark is found wrong: %s", survey.broken())
                .isTrue();
        List<Cell> all = cells(survey.operations());
        List<Cell> chosen =
                whole
                        ? all
                        : only.isEmpty()
                                ? sample(all, new Random(seed))
                                : all.stream()
                                        .filter(each -> each.toString().matches(".*" + only + ".*"))
                                        .toList();
        String how = whole ? "all" : only.isEmpty() ? "sample of seed " + seed : "only " + only;
        System.out.println("crash matrix: " + how + ", " + chosen.size() + " of " + all.size());
        AtomicInteger count = new AtomicInteger();
        boolean many = chosen.size() > SAMPLE_PLAIN + SAMPLE_FAST;
        List<Result> results =
                new Lanes(
                                many ? MANY_PLAIN : FEW_PLAIN,
                                many ? MANY_FAST : SAMPLE_FAST,
                                result -> tell(count, result))
                        .run(chosen);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        MatrixReport.write(REPORT, results, how, took);
        System.out.println("crash matrix: " + took.toSeconds() + " s, see " + REPORT);
        assertThat(results).hasSameSizeAs(chosen);
        assertThat(results.stream().filter(Result::isWrong)).as(how).isEmpty();
    }

    private static void tell(AtomicInteger count, Result result) {
        int number = count.incrementAndGet();
        if (number % TOLD_EVERY == 0) {
            System.out.println("crash matrix: " + number + " cells have run");
        }
        if (result.isWrong()) {
            System.out.println("WRONG: " + result);
        }
    }

    private static List<Cell> cells(List<Cell> operations) {
        List<Cell> cells = new ArrayList<>();
        for (Strike strike : Strike.values()) {
            operations.stream()
                    .filter(each -> strike.fits(each))
                    .map(each -> each.with(strike))
                    .forEach(cells::add);
        }
        return cells;
    }

    /** Some of all kinds; of the strikes that take long, one for all. */
    private static List<Cell> sample(List<Cell> all, Random random) {
        List<Strike> slow = Arrays.stream(Strike.values()).filter(Strike::takesExpiry).toList();
        Strike one = slow.get(random.nextInt(slow.size()));
        List<Cell> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, random);
        List<Cell> chosen =
                new ArrayList<>(
                        shuffled.stream()
                                .filter(each -> !each.strike().takesExpiry())
                                .limit(SAMPLE_PLAIN)
                                .toList());
        shuffled.stream()
                .filter(each -> each.strike() == one)
                .limit(SAMPLE_FAST)
                .forEach(chosen::add);
        return chosen;
    }
}
