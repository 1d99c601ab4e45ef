package io.tenure.jobs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What this host ran, and how it ended: for people, and for an agent that starts again. It is never
 * asked for the truth about a volume; storage has that.
 *
 * <p>A text file to which whole lines are appended, each durable before the next and with its
 * CRC-32C in front ({@link JournalFile}). A line that was cut off, by a crash or a full disk, is
 * passed over and costs no other. When the file has reached its limit it becomes the former one,
 * whose place is the same path with {@code .1} behind it, and a new one begins with the jobs that
 * have not ended: both together are never larger than twice the limit and those jobs.
 *
 * <p>One process at a time writes to a journal; anybody may read. Safe for use by many threads.
 */
public final class JobJournal implements AutoCloseable {
    /** 1 MiB: some thousand jobs. */
    public static final long DEFAULT_LIMIT_BYTES = 1 << 20;

    /** Guards itself. The kernel's locks do not hold between two opens of one process. */
    private static final Set<Path> OPEN_HERE = new HashSet<>();

    private final Path path;
    private final long limitBytes;
    private final ProcessIdentity process;
    private final Path lockPath;
    private final FileChannel lock;
    private final Map<UUID, JournalEntry> unfinished = new LinkedHashMap<>();
    private final List<JournalEntry> leftUnfinished;
    private @Nullable FileChannel current;

    private JobJournal(
            Path path, long limitBytes, ProcessIdentity process, Path lockPath, FileChannel lock)
            throws IOException {
        this.path = path;
        this.limitBytes = limitBytes;
        this.process = process;
        this.lockPath = lockPath;
        this.lock = lock;
        for (JournalEntry entry : read(path)) {
            note(entry);
        }
        this.leftUnfinished = List.copyOf(unfinished.values());
        for (JournalEntry left : leftUnfinished) {
            if (!left.process().isAlive()) {
                unfinished.remove(left.jobId()); // nobody will ever say how it ended
            }
        }
        this.current = open(path);
    }

    /**
     * Opens a journal to write to it, or begins one.
     *
     * @param path the file; a lock beside it ends in {@code .lock}
     * @param limitBytes at which size the file becomes the former one
     * @return the journal
     * @throws IOException if it cannot be read or written, or another process writes to it
     */
    public static JobJournal open(Path path, long limitBytes) throws IOException {
        ProcessIdentity process = ProcessIdentity.own();
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("the journal's folder " + folder + " is not there; make it");
        }
        Path lockPath = beside(folder.toRealPath().resolve(path.getFileName()), ".lock");
        synchronized (OPEN_HERE) {
            // Looked at first: to close a second channel would give up the lock of the first.
            if (!OPEN_HERE.add(lockPath)) {
                throw writtenByAnother(path);
            }
        }
        try {
            return open(path, limitBytes, process, lockPath);
        } catch (IOException | RuntimeException | Error e) {
            synchronized (OPEN_HERE) {
                OPEN_HERE.remove(lockPath);
            }
            throw e;
        }
    }

    private static JobJournal open(
            Path path, long limitBytes, ProcessIdentity process, Path lockPath) throws IOException {
        FileChannel lock =
                FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() == null) {
                throw writtenByAnother(path);
            }
            return new JobJournal(path, limitBytes, process, lockPath, lock);
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static IOException writtenByAnother(Path path) {
        return new IOException(
                "the journal " + path + " is written to by another agent; name another");
    }

    private static Path beside(Path path, String ending) {
        return path.resolveSibling(path.getFileName() + ending);
    }

    private static FileChannel open(Path path) throws IOException {
        boolean torn = JournalFile.isTorn(path);
        FileChannel opened =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND);
        if (torn) { // what was cut off becomes a line of its own, which nobody takes for one
            writeAll(opened, "\n");
        }
        return opened;
    }

    /**
     * Reads a journal, whoever writes to it.
     *
     * @param path the file; if there is none it has no entries
     * @return all whole entries, the oldest first
     * @throws IOException if it cannot be read
     */
    public static List<JournalEntry> read(Path path) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        for (Path file : List.of(beside(path, ".1"), path)) {
            entries.addAll(JournalFile.read(file));
        }
        return entries;
    }

    /**
     * The jobs of which an earlier process wrote that they began, and nothing wrote that they
     * ended. What became of them is on storage; those whose {@link JournalEntry#process} is alive
     * go on.
     *
     * @return as they stood when the journal was opened
     */
    public List<JournalEntry> leftUnfinished() {
        return leftUnfinished;
    }

    /** A job begins. */
    void begun(JobRequest request, List<VolumeResult> untouched, Instant when) throws IOException {
        append(JournalEntry.begun(when, request, untouched, process));
    }

    /** A job has ended. */
    void ended(JobResult result, Instant when) throws IOException {
        append(JournalEntry.ended(when, result, process));
    }

    /** A worker begins a job. */
    void begun(JournalEntry entry) throws IOException {
        append(entry);
    }

    /** A worker's job has ended. */
    void ended(JournalEntry entry) throws IOException {
        append(entry);
    }

    private synchronized void append(JournalEntry entry) throws IOException {
        FileChannel open = current;
        if (open == null) {
            throw new IOException("the journal " + path + " is closed");
        }
        String line = JournalFile.line(entry);
        note(entry);
        int lineBytes = line.getBytes(StandardCharsets.UTF_8).length;
        if (open.size() > 0 && open.size() + lineBytes > limitBytes) {
            open = beginAnew(open);
        }
        try {
            writeAll(open, line);
        } catch (IOException e) {
            endCutOffLine(open, e);
            throw e;
        }
    }

    private void note(JournalEntry entry) {
        if (entry.end().isPresent()) {
            unfinished.remove(entry.jobId());
        } else {
            unfinished.put(entry.jobId(), entry);
        }
    }

    /** The file becomes the former one; those jobs that go on are named again in the new one. */
    private FileChannel beginAnew(FileChannel full) throws IOException {
        Path next = beside(path, ".new");
        Files.deleteIfExists(next);
        Collection<JournalEntry> running = unfinished.values();
        FileChannel fresh = open(next);
        try {
            StringBuilder carried = new StringBuilder();
            running.forEach(entry -> carried.append(JournalFile.line(entry)));
            writeAll(fresh, carried.toString());
            Files.move(path, beside(path, ".1"), StandardCopyOption.ATOMIC_MOVE);
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException | Error e) {
            fresh.close();
            throw e;
        }
        current = fresh;
        full.close();
        return fresh;
    }

    /** So that the next line does not begin amid one that was cut off. */
    private static void endCutOffLine(FileChannel open, IOException cause) {
        try {
            writeAll(open, "\n");
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static void writeAll(FileChannel open, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
        open.force(false);
    }

    /**
     * Ends the writing. Jobs that end later end without an entry, and say so in a warning.
     *
     * @throws IOException if the file cannot be closed
     */
    @Override
    public synchronized void close() throws IOException {
        FileChannel open = current;
        current = null;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            if (lock.isOpen()) {
                lock.close();
                synchronized (OPEN_HERE) {
                    OPEN_HERE.remove(lockPath);
                }
            }
        }
    }
}
