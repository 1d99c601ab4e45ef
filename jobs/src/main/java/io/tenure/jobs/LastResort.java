package io.tenure.jobs;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a job ends if there is no way left to say how: made before it begins, while classes can be
 * loaded and memory can be had.
 *
 * @param failed the result if it was not committed
 * @param committed the result if it was
 */
record LastResort(JobResult failed, JobResult committed) {
    private static final String WITHOUT_WORDS =
            "the job's thread ended by an error of which nothing could be kept;"
                    + " the log of this process may have it";

    /** For a job that is about to be accepted. */
    static LastResort of(JobRequest request, List<VolumeResult> untouched) {
        JobFailure failure =
                new JobFailure(
                        FailureKind.OPERATION,
                        JobStep.ACQUIRE,
                        WITHOUT_WORDS,
                        new IllegalStateException(WITHOUT_WORDS));
        return new LastResort(
                result(request, JobState.FAILED, failure, untouched),
                result(
                        request,
                        JobState.DONE,
                        null,
                        untouched.stream().map(VolumeResult::asCommitted).toList()));
    }

    private static JobResult result(
            JobRequest request,
            JobState outcome,
            @Nullable JobFailure failure,
            List<VolumeResult> volumes) {
        return new JobResult(
                request.id(),
                request.kind(),
                request.domain().id(),
                request.volumeId(),
                outcome,
                null,
                null,
                DataMoved.NONE,
                Map.of(),
                List.of(WITHOUT_WORDS),
                failure,
                volumes);
    }
}
