package io.tenure.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** What lies in the folder of an agent's workers: for each job its order, result and log. */
final class WorkerFiles {
    /** How many logs of jobs that failed are kept. */
    static final int LOGS_KEPT = 64;

    private static final String ORDER = ".order";
    private static final String RESULT = ".result";
    private static final String LOG = ".log";
    private static final int WORDS_BYTES = 4096;
    private static final int WORDS_CHARACTERS = 400;

    private final Path folder;

    /** Takes a folder over: what is of no job in it is cleared away. */
    WorkerFiles(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder).toAbsolutePath();
        for (Path file : list()) {
            String name = String.valueOf(file.getFileName());
            String job = name.substring(0, Math.max(0, name.indexOf('.')));
            boolean ofJob = name.endsWith(RESULT) || name.endsWith(RESULT + ".part");
            if (ofJob && !Files.exists(folder.resolve(job + ORDER))) {
                Files.deleteIfExists(file);
            }
        }
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** The orders of jobs that have not been forgotten. */
    List<WorkerOrder> orders() throws IOException {
        List<WorkerOrder> orders = new ArrayList<>();
        for (Path file : list()) {
            if (!file.toString().endsWith(ORDER)) {
                continue;
            }
            try {
                orders.add(WorkerOrder.parse(Files.readString(file).stripTrailing()));
            } catch (IOException | IllegalArgumentException e) {
                // Cut off by a crash: its worker was never started.
                Files.deleteIfExists(file);
            }
        }
        return orders;
    }

    /** Keeps an order until the job is forgotten. */
    void keep(WorkerOrder order) throws IOException {
        Files.deleteIfExists(result(order.jobId()));
        Files.writeString(file(order.jobId(), ORDER), order.text() + "\n");
    }

    /** Forgets a job. */
    void forget(UUID jobId, boolean keepLog) throws IOException {
        Files.deleteIfExists(file(jobId, ORDER));
        Files.deleteIfExists(result(jobId));
        if (!keepLog || isEmpty(log(jobId))) {
            Files.deleteIfExists(log(jobId));
        } else {
            forgetOldLogs();
        }
    }

    private static boolean isEmpty(Path file) throws IOException {
        try {
            return Files.size(file) == 0;
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private void forgetOldLogs() throws IOException {
        List<Path> logs = new ArrayList<>();
        for (Path file : list()) {
            String name = String.valueOf(file.getFileName());
            // Not that of a job that runs.
            if (name.endsWith(LOG)
                    && !Files.exists(folder.resolve(name.replace(LOG, "") + ORDER))) {
                logs.add(file);
            }
        }
        logs.sort(Comparator.comparingLong(file -> file.toFile().lastModified()));
        for (int i = 0; i < logs.size() - LOGS_KEPT; i++) {
            Files.deleteIfExists(logs.get(i));
        }
    }

    /** What the log begins with, in one line, behind a colon; nothing if it is empty. */
    String firstWordsOfLog(UUID jobId) {
        try (var log = Files.newInputStream(log(jobId))) {
            String begin = new String(log.readNBytes(WORDS_BYTES), StandardCharsets.UTF_8);
            String words =
                    String.join(
                            "; ",
                            begin.lines()
                                    .map(String::strip)
                                    .filter(line -> !line.isEmpty() && !line.startsWith("Picked"))
                                    .limit(2)
                                    .toList());
            return words.isEmpty()
                    ? ""
                    : ": " + words.substring(0, Math.min(words.length(), WORDS_CHARACTERS));
        } catch (IOException e) {
            return "; " + log(jobId) + " cannot be read: " + e.getMessage();
        }
    }

    Path result(UUID jobId) {
        return file(jobId, RESULT);
    }

    Path log(UUID jobId) {
        return file(jobId, LOG);
    }

    private Path file(UUID jobId, String ending) {
        return folder.resolve(jobId + ending);
    }
}
