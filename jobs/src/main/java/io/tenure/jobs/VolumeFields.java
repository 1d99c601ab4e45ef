package io.tenure.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What became of a job's volumes, as fields of {@link TextFields}, numbered by their places. */
final class VolumeFields {
    private static final String VOLUME = "volume.";

    private VolumeFields() {}

    /** Adds the fields of the volumes from a place on. */
    static void put(Map<String, String> fields, List<VolumeResult> volumes, int from) {
        for (int i = from; i < volumes.size(); i++) {
            VolumeResult volume = volumes.get(i);
            String prefix = VOLUME + i + ".";
            put(fields, prefix + "domain", volume.domainId());
            put(fields, prefix + "id", volume.volumeId());
            put(fields, prefix + "before", volume.generationBefore());
            put(fields, prefix + "after", volume.generationAfter());
            put(fields, prefix + "committed", volume.committed());
        }
    }

    /** The volumes from a place on, of which there may be none. */
    static List<VolumeResult> read(Map<String, String> fields, int from) {
        List<VolumeResult> volumes = new ArrayList<>();
        for (int i = from; fields.containsKey(VOLUME + i + ".id"); i++) {
            String prefix = VOLUME + i + ".";
            volumes.add(
                    new VolumeResult(
                            UUID.fromString(TextFields.required(fields, prefix + "domain")),
                            UUID.fromString(TextFields.required(fields, prefix + "id")),
                            number(fields, prefix + "before"),
                            number(fields, prefix + "after"),
                            Boolean.parseBoolean(fields.get(prefix + "committed"))));
        }
        return volumes;
    }

    /** What is not known is left out. */
    static void put(Map<String, String> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value.toString());
        }
    }

    static @Nullable Long number(Map<String, String> fields, String name) {
        String text = fields.get(name);
        return text == null ? null : Long.valueOf(text);
    }
}
