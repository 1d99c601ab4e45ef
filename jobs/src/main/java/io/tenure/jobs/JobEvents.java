package io.tenure.jobs;

import io.tenure.lease.LeaseClaim;
import java.util.Collection;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * What jobs tell the flight recorder, if there is one. The first use of an event's class registers
 * it, which takes a short command half as long as all the rest (docs/adr/0009); so none is touched
 * before anybody has begun to record in this process.
 */
final class JobEvents {
    private JobEvents() {}

    /** Begins the event of a step; null if nobody has recorded yet. */
    static @Nullable StepEvent beginStep() {
        if (!FlightRecorder.isInitialized()) {
            return null;
        }
        StepEvent event = new StepEvent();
        event.begin();
        return event;
    }

    /** Tells of each lease of a job. */
    static void ofEach(
            LeaseEvent.Transition transition, JobRequest request, Collection<LeaseClaim> claims) {
        if (FlightRecorder.isInitialized()) {
            LeaseEvent.each(transition, request, claims);
        }
    }

    /** Tells of all leases of a job at once. */
    static void ofAll(LeaseEvent.Transition transition, JobRequest request, String why) {
        if (FlightRecorder.isInitialized()) {
            LeaseEvent.all(transition, request, why);
        }
    }
}
