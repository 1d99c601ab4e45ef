package io.tenure.jobs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * All that a worker is told at its start: the job, and its surroundings.
 *
 * @param order the job
 * @param resultFile where the worker leaves word of how the job ended
 * @param endsWithAgent whether the job is aborted when the agent is gone
 * @param leaseWait for how long a lease that is held elsewhere is waited for
 * @param verifyInterval how often the leases are read from storage
 */
record WorkerErrand(
        WorkerOrder order,
        Path resultFile,
        boolean endsWithAgent,
        Duration leaseWait,
        Duration verifyInterval) {
    /** In one line. */
    String text() {
        Map<String, String> fields = order.fields();
        fields.put("result", resultFile.toString());
        fields.put("ends-with-agent", Boolean.toString(endsWithAgent));
        fields.put("lease-wait", Long.toString(leaseWait.toNanos()));
        fields.put("verify-interval", Long.toString(verifyInterval.toNanos()));
        return TextFields.write(fields);
    }

    static WorkerErrand parse(String text) {
        Map<String, String> fields = TextFields.read(text);
        return new WorkerErrand(
                WorkerOrder.parse(text),
                Path.of(TextFields.required(fields, "result")),
                Boolean.parseBoolean(TextFields.required(fields, "ends-with-agent")),
                nanos(fields, "lease-wait"),
                nanos(fields, "verify-interval"));
    }

    private static Duration nanos(Map<String, String> fields, String name) {
        return Duration.ofNanos(Long.parseLong(TextFields.required(fields, name)));
    }

    JobSettings settings() {
        JobSettings plain = JobSettings.DEFAULT;
        return new JobSettings(
                plain.clock(), plain.devices(), leaseWait, verifyInterval, plain.buffers());
    }
}
