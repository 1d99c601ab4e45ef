package io.tenure.jobs;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a journal's file: eight hexadecimal digits, the CRC-32C of what follows behind one
 * blank up to the end of the line, which is UTF-8.
 */
final class JournalFile {
    private static final int CHECKSUM_DIGITS = 8;

    private JournalFile() {}

    static String line(JournalEntry entry) {
        String text = entry.text();
        return checksum(text) + " " + text + "\n";
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(crc.getValue());
    }

    /** The whole entries; whatever else stands there is passed over. */
    static List<JournalEntry> read(Path file) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return entries;
        }
        // A byte that is no text becomes a sign that no checksum fits.
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            JournalEntry entry = entry(line);
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static @Nullable JournalEntry entry(String line) {
        if (line.length() <= CHECKSUM_DIGITS || line.charAt(CHECKSUM_DIGITS) != ' ') {
            return null;
        }
        String text = line.substring(CHECKSUM_DIGITS + 1);
        if (!checksum(text).equals(line.substring(0, CHECKSUM_DIGITS))) {
            return null;
        }
        try {
            return JournalEntry.parse(text);
        } catch (IllegalArgumentException e) {
            return null; // whole, but of a version that is not known
        }
    }

    /** Whether the file ends amid a line. */
    static boolean isTorn(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
            opened.seek(opened.length() - 1);
            return opened.read() != '\n';
        }
    }
}
