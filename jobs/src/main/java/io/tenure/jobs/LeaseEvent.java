package io.tenure.jobs;

import io.tenure.lease.LeaseClaim;
import java.util.Collection;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What happened to a lease of a job, for the flight recorder. */
@Name(LeaseEvent.NAME)
@Label("Volume lease")
@Category({"Tenure", "Jobs"})
@Description("A lease of a storage job was acquired, is wanted back, was lost or was released")
@StackTrace(false)
final class LeaseEvent extends Event {
    static final String NAME = "io.tenure.Lease";

    /** What can happen to a lease. */
    enum Transition {
        ACQUIRED,
        WANTED,
        LOST,
        RELEASED
    }

    @Label("Job")
    String job = "";

    @Label("Transition")
    String transition = "";

    @Label("Resource")
    @Description("The volume, or the domain; empty where all leases of the job are concerned")
    String resource = "";

    @Label("Mode")
    String mode = "";

    @Label("Why")
    String why = "";

    /** Tells of each lease of a job. */
    static void each(Transition transition, JobRequest request, Collection<LeaseClaim> claims) {
        if (!new LeaseEvent().isEnabled()) {
            return;
        }
        for (LeaseClaim claim : claims) {
            LeaseEvent event = new LeaseEvent();
            event.about(transition, request);
            event.resource = claim.area().resourceId().toString();
            event.mode = claim.mode().name().toLowerCase(Locale.ROOT);
            event.commit();
        }
    }

    /** Tells of all leases of a job at once. */
    static void all(Transition transition, JobRequest request, String why) {
        LeaseEvent event = new LeaseEvent();
        if (event.isEnabled()) {
            event.about(transition, request);
            event.why = why;
            event.commit();
        }
    }

    private void about(Transition happened, JobRequest request) {
        job = request.id().toString();
        transition = happened.name();
    }
}
