package io.tenure.tools.volume;

import io.tenure.domain.SlotContent;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.output.Output;
import io.tenure.tools.output.TextTable;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import io.tenure.tools.verb.Verb;
import io.tenure.tools.work.OpenDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class VolumeList implements Verb {
    private Path path = Path.of("");

    @Override
    public void describe(Syntax syntax) {
        syntax.description("List the volumes of a domain, and the slots whose record is invalid.");
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
    }

    @Override
    public ExitCode run(Output output, Interruption interruption) throws IOException {
        try (OpenDomain open = OpenDomain.forReading(path)) {
            StorageDomain domain = open.domain();
            List<SlotContent> slots = domain.store().readAll();
            output.result(fields(domain, slots), () -> text(domain, slots));
        }
        return ExitCode.DONE;
    }

    private static Map<String, @Nullable Object> fields(
            StorageDomain domain, List<SlotContent> slots) {
        List<Object> volumes = new ArrayList<>();
        List<Object> invalid = new ArrayList<>();
        for (SlotContent slot : slots) {
            VolumeRecord record = slot.record();
            if (record == null) {
                invalid.add(invalidFields(domain, slot));
            } else if (record.legality() != Legality.REMOVED) {
                volumes.add(volumeFields(domain, record, slot.problem()));
            }
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("domain_id", domain.id());
        fields.put("volumes", volumes);
        fields.put("invalid_slots", invalid);
        return fields;
    }

    private static Map<String, @Nullable Object> invalidFields(
            StorageDomain domain, SlotContent slot) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("slot", slot.slotIndex());
        fields.put(
                "metadata_offset", domain.superblock().layout().metadataOffset(slot.slotIndex()));
        fields.put("problem", slot.problem());
        return fields;
    }

    private static Map<String, @Nullable Object> volumeFields(
            StorageDomain domain, VolumeRecord record, @Nullable String problem) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("volume_id", record.volumeId());
        fields.put("slot", record.slotIndex());
        fields.put("capacity", record.capacityBytes());
        fields.put("generation", record.generation());
        fields.put("legality", lowerCase(record.legality()));
        fields.put("active_job_id", record.activeJob().map(job -> job.jobId()).orElse(null));
        fields.put("data_path", domain.dataPath(record));
        fields.put("description", record.description());
        fields.put("problem", problem);
        return fields;
    }

    private static String text(StorageDomain domain, List<SlotContent> slots) {
        TextTable table =
                new TextTable(
                        "SLOT", "VOLUME", "CAPACITY", "GENERATION", "LEGALITY", "DESCRIPTION");
        StringBuilder below = new StringBuilder();
        int volumes = 0;
        for (SlotContent slot : slots) {
            VolumeRecord record = slot.record();
            if (record == null) {
                table.row(slot.slotIndex(), "(invalid record)", "", "", "", "");
            } else if (record.legality() != Legality.REMOVED) {
                volumes++;
                table.row(
                        slot.slotIndex(),
                        record.volumeId(),
                        HumanSize.of(record.capacityBytes()),
                        record.generation(),
                        lowerCase(record.legality())
                                + (record.activeJob().isPresent() ? ", job active" : ""),
                        record.description());
            }
            if (slot.problem() != null) {
                below.append("slot %d: %s%n".formatted(slot.slotIndex(), slot.problem()));
            }
        }
        if (volumes == 0 && below.isEmpty()) {
            return "no volumes in the domain at " + domain.path() + "\n";
        }
        return table.render() + below;
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
