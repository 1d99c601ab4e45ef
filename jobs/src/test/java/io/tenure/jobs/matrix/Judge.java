package io.tenure.jobs.matrix;

import io.tenure.recon.ReconOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compares what is told with what is true. */
final class Judge {
    private final JobKind kind;
    private final byte[] before;
    private final byte[] source;
    private final List<String> problems = new ArrayList<>();

    /**
     * Begins without a complaint.
     *
     * @param kind the kind of job
     * @param before the data behind the volume before the job
     * @param source the file that a copy copies
     */
    Judge(JobKind kind, byte[] before, byte[] source) {
        this.kind = kind;
        this.before = before;
        this.source = source;
    }

    List<String> problems() {
        return problems;
    }

    void check(boolean holds, String what) {
        if (!holds) {
            problems.add(what);
        }
    }

    /** The outcome that another host was told for good. */
    void told(ReconOutcome told, Truth truth) {
        boolean committed = truth.isCommitted();
        boolean wellTold =
                switch (told) {
                    case ReconOutcome.Completed completed -> committed;
                    case ReconOutcome.NotStarted(var fenced) -> fenced && !committed;
                    case ReconOutcome.Interrupted it -> kind.marks() && it.fenced() && !committed;
                    case ReconOutcome.Failed failed -> kind.marks() && !committed;
                    case ReconOutcome.Preempted preempted ->
                            kind == JobKind.RECON && truth.isFenced() && !committed;
                    case ReconOutcome.Unknown unknown ->
                            kind == JobKind.CREATE && truth.record() == null;
                    case ReconOutcome.Running running -> false;
                    case ReconOutcome.Superseded superseded -> false;
                    case ReconOutcome.Invalid invalid -> false;
                };
        check(wellTold, "told " + told + ", but truth is: " + truth.words());
        if (told instanceof ReconOutcome.NotStarted) {
            check(truth.isFenced(), "not started, but the generation is open");
        }
    }

    /** The outcome told again: the same. */
    void toldAgain(ReconOutcome first, ReconOutcome second) {
        boolean same =
                switch (first) {
                    case ReconOutcome.Completed completed -> second.equals(first);
                    case ReconOutcome.NotStarted notStarted -> second.equals(first);
                    case ReconOutcome.Failed failed ->
                            second instanceof ReconOutcome.Failed again
                                    && again.by().failureCode() == failed.by().failureCode();
                    case ReconOutcome.Interrupted interrupted ->
                            second instanceof ReconOutcome.Interrupted again && again.fenced();
                    case ReconOutcome.Preempted preempted -> second.equals(first);
                    case ReconOutcome.Unknown unknown -> second instanceof ReconOutcome.Unknown;
                    default -> false;
                };
        check(same, "told " + first + " and then " + second);
    }

    /** The job's own words. */
    void said(String said, Truth truth) {
        if (kind == JobKind.RECON) {
            if (said.contains("fenced=true") || said.contains("Preempted")) {
                check(truth.isFenced(), "it said '" + said + "', but truth is: " + truth.words());
            }
        } else if (said.startsWith("DONE")) {
            check(truth.isCommitted(), "it said DONE, but truth is: " + truth.words());
        } else if (!said.isEmpty() && !said.contains("not known")) {
            check(!truth.isCommitted(), "it said '" + said + "', but it is committed");
        }
    }

    /** The volume's bytes and record, as the job left them. */
    void data(Truth truth) {
        check(truth.timesLeft() <= 1, "the generation was left more than once");
        if (truth.isCommitted()) {
            check(isWhole(truth), "committed, but its data is not what it is to be");
        } else if (truth.record() != null) {
            check(!truth.isRemoved(), "removed by nobody");
            if (truth.isLegal() || kind == JobKind.FILL) {
                check(truth.holds(0, beforeJob()), "legal, but not the bytes from before the job");
            }
        }
    }

    private byte[] beforeJob() {
        return Arrays.copyOf(before, JobKind.BYTES);
    }

    private boolean isWhole(Truth truth) {
        byte[] zeroes = new byte[JobKind.BYTES];
        return switch (kind) {
            case CREATE, ZERO -> truth.isLegal() && truth.holds(0, zeroes);
            case COPY -> truth.isLegal() && truth.holds(0, source);
            case FILL ->
                    truth.isLegal()
                            && truth.holds(0, beforeJob())
                            && truth.holds(JobKind.BYTES, zeroes);
            case DISCARD -> !truth.isRemoved(); // what it reads as is nobody's business
            case UPDATE ->
                    truth.isLegal()
                            && truth.holds(0, beforeJob())
                            && truth.holds(JobKind.BYTES, zeroes);
            case DELETE -> truth.isRemoved();
            case RECON -> false;
        };
    }
}
