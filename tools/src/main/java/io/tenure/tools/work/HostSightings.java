package io.tenure.tools.work;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * When this host's daemon last saw each host renew.
 *
 * <p>The client library hands out a host's timestamp only, which is of that host's own clock and
 * says nothing here. The daemon knows more, and tells it to {@code sanlock client host_status -D}:
 * {@code last_live}, in seconds of this machine's monotonic clock. Without that program the ages
 * are simply not known.
 */
final class HostSightings {
    private static final int LIMIT_SECONDS = 5;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * One host, as the daemon has seen it.
     *
     * @param hostName what its daemon calls itself
     * @param age seconds since its last renewal that was seen
     * @param generation its host generation then
     */
    record Sighting(String hostName, long age, long generation) {}

    private final Map<Long, Sighting> byHostId;
    private final @Nullable String problem;

    /** Nothing is known. */
    static final HostSightings NONE = new HostSightings(Map.of(), null);

    private HostSightings(Map<Long, Sighting> byHostId, @Nullable String problem) {
        this.byHostId = byHostId;
        this.problem = problem;
    }

    /** Asks the daemon; a failure is not one, only less to show. */
    static HostSightings of(UUID lockspace) throws InterruptedException {
        try {
            return new HostSightings(parse(ask(lockspace), nowSeconds()), null);
        } catch (IOException | UncheckedIOException | TimeoutException | NumberFormatException e) {
            return new HostSightings(
                    Map.of(), "when hosts were seen is not known: " + e.getMessage());
        }
    }

    /** When a host was seen; empty if that is not known, or it has never renewed since. */
    Optional<Sighting> of(long hostId, long hostGeneration) {
        return Optional.ofNullable(byHostId.get(hostId))
                .filter(seen -> seen.generation() == hostGeneration);
    }

    /** Why they are missing, if they are. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private static String ask(UUID lockspace)
            throws IOException, InterruptedException, TimeoutException {
        Process process =
                new ProcessBuilder(
                                SanlockProgram.find().map(Path::toString).orElse("sanlock"),
                                "client",
                                "host_status",
                                "-D",
                                "-s",
                                lockspace.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        StringBuilder said = new StringBuilder();
        Thread reader =
                Thread.ofPlatform()
                        .name("tenure-host-status")
                        .daemon()
                        .start(() -> read(process, said));
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException("sanlock does not answer");
            }
            reader.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
            if (process.exitValue() != 0) {
                throw new IOException("sanlock client host_status ended with an error");
            }
        } finally {
            process.destroyForcibly();
        }
        synchronized (said) {
            return said.toString();
        }
    }

    private static void read(Process process, StringBuilder said) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null) {
                synchronized (said) {
                    said.append(line).append('\n');
                }
                line = lines.readLine();
            }
        } catch (IOException e) {
            // The program was ended, or its output is cut short: what is missing is not shown.
            synchronized (said) {
                said.append('\n');
            }
        }
    }

    /** A line "ID timestamp T" for each host, and indented lines of the form "name=value" below. */
    static Map<Long, Sighting> parse(String said, long nowSeconds) {
        Map<Long, Sighting> found = new HashMap<>();
        Map<String, String> values = new HashMap<>();
        long hostId = 0;
        for (String line : said.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (line.startsWith(" ") && equals > 0) {
                values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
                continue;
            }
            add(hostId, values, nowSeconds, found);
            values.clear();
            hostId = line.isBlank() ? 0 : Long.parseLong(line.strip().split(" ", 2)[0]);
        }
        add(hostId, values, nowSeconds, found);
        return found;
    }

    private static void add(
            long hostId, Map<String, String> values, long nowSeconds, Map<Long, Sighting> found) {
        long lastLive = Long.parseLong(values.getOrDefault("last_live", "0"));
        if (hostId == 0 || lastLive == 0 || lastLive > nowSeconds) {
            return;
        }
        found.put(
                hostId,
                new Sighting(
                        values.getOrDefault("owner_name", "-"),
                        nowSeconds - lastLive,
                        Long.parseLong(values.getOrDefault("owner_generation", "0"))));
    }

    /** The JVM's clock for durations is Linux's CLOCK_MONOTONIC, as sanlock's is. */
    private static long nowSeconds() {
        return System.nanoTime() / NANOS_PER_SECOND;
    }
}
