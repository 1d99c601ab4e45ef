package io.tenure.lease.sanlock;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What this process does when sanlock wants its leases back: because the host id is about to
 * expire, or another host asks for one of them. Whoever does not let go in time, 40 seconds by
 * sanlock's default, is killed by SIGKILL in either case. See docs/adr/0012.
 */
public enum OnTermination {
    /**
     * sanlock sends SIGTERM. The JVM then runs its shutdown hooks and ends; a hook that closes the
     * {@link io.tenure.jobs.JobRunner} aborts the jobs, awaits what is in flight, and releases.
     */
    END,
    /**
     * No signal comes. The {@link io.tenure.lease.LeaseWatch} of the jobs finds out by itself, and
     * ends those concerned; once their leases are released sanlock is content, and the process goes
     * on. For agents that have more to do than these jobs.
     */
    LIVE_ON;

    /**
     * The program that sanlock is to run instead of sending SIGTERM.
     *
     * @return one that does nothing; empty to leave it at the signal
     */
    Optional<String> killProgram() {
        if (this == END) {
            return Optional.empty();
        }
        Path usual = Path.of("/usr/bin/true");
        return Optional.of(Files.isExecutable(usual) ? usual.toString() : "/bin/true");
    }
}
