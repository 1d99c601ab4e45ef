package io.tenure.tools.demo;

import io.tenure.domain.StorageDomain;
import io.tenure.format.ActiveJob;
import io.tenure.format.RecordCopy;
import io.tenure.format.Transition;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.tools.output.TextTable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** A volume's record at three moments, side by side. */
final class RecordColumns {
    private final VolumeSlot before;
    private final VolumeSlot during;
    private final VolumeSlot after;

    /**
     * Puts three moments together.
     *
     * @param before the job
     * @param during the job's work
     * @param after the job
     */
    RecordColumns(VolumeSlot before, VolumeSlot during, VolumeSlot after) {
        this.before = before;
        this.during = during;
        this.after = after;
    }

    /** Reads the slot of a volume from storage. */
    static VolumeSlot read(StorageDomain domain, UUID volumeId) throws IOException {
        return domain.store().read(domain.find(volumeId).slotIndex());
    }

    /** Enough of an id to tell it from the few others of a demo. */
    static String shortId(UUID id) {
        return id.toString().substring(0, 8);
    }

    /** The columns, line by line. */
    List<String> lines() {
        TextTable table =
                new TextTable("record", "before", "while it works", "after")
                        .row(
                                "generation",
                                generation(before),
                                generation(during),
                                generation(after))
                        .row("legality", legality(before), legality(during), legality(after))
                        .row("active job", activeJob(before), activeJob(during), activeJob(after))
                        .row(
                                "newest transition",
                                transition(before),
                                transition(during),
                                transition(after))
                        .row("written", written(before), written(during), written(after));
        return table.render().lines().toList();
    }

    private static VolumeRecord record(VolumeSlot slot) {
        return slot.record()
                .orElseThrow(() -> new IllegalStateException("the demo's volume has no record"));
    }

    private static String generation(VolumeSlot slot) {
        return Long.toString(record(slot).generation());
    }

    private static String legality(VolumeSlot slot) {
        return record(slot).legality().name().toLowerCase(Locale.ROOT);
    }

    private static String activeJob(VolumeSlot slot) {
        return record(slot)
                .activeJob()
                .map(ActiveJob::jobId)
                .map(RecordColumns::shortId)
                .orElse("-");
    }

    private static String transition(VolumeSlot slot) {
        Transition newest = record(slot).transitions().getFirst();
        return "%d -> %d by job %s"
                .formatted(newest.fromGeneration(), newest.toGeneration(), shortId(newest.jobId()));
    }

    private static String written(VolumeSlot slot) {
        return "write %d, into copy %s"
                .formatted(
                        slot.writeSequence(), slot.newestCopy().map(RecordCopy::name).orElse("?"));
    }
}
