package io.tenure.jobs;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One step of a job, for the flight recorder; see {@link JobEvents}. */
@Name(StepEvent.NAME)
@Label("Job step")
@Category({"Tenure", "Jobs"})
@Description("One of the five steps of a storage job, from its begin to its end")
@StackTrace(false)
final class StepEvent extends Event {
    static final String NAME = "io.tenure.JobStep";

    @Label("Job")
    String job = "";

    @Label("Kind of job")
    String kind = "";

    @Label("Volume")
    String volume = "";

    @Label("Step")
    String step = "";

    @Label("Completed")
    @Description("False if the step ended by an error")
    boolean completed;

    @Label("Bytes settled")
    @DataAmount
    long bytes;

    /** Ends the event and hands it to whatever records. */
    void finish(JobRequest request, JobStep entered, boolean withoutError, long bytesSettled) {
        end();
        if (!shouldCommit()) {
            return;
        }
        job = request.id().toString();
        kind = request.kind();
        volume = request.volumeId().toString();
        step = entered.name();
        completed = withoutError;
        bytes = bytesSettled;
        commit();
    }
}
