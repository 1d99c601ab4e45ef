package io.tenure.jobs.matrix;

import java.util.List;

/**
 * What came of a cell.
 *
 * @param cell which
 * @param meanwhile what another host was told while the victim might still go on; empty if it was
 *     not asked
 * @param told what it was told in the end
 * @param said how the job ended in its own words; empty if it could not say
 * @param truth what is on storage
 * @param next what a new job on the volume came to
 * @param reached whether the job came to the operation and could be struck there
 * @param problems what is wrong; empty if all is well
 */
record Result(
        Cell cell,
        String meanwhile,
        String told,
        String said,
        String truth,
        String next,
        boolean reached,
        List<String> problems) {
    boolean isWrong() {
        return !problems.isEmpty();
    }
}
