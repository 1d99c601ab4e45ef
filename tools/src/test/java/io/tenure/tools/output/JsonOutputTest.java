package io.tenure.tools.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonOutputTest {
    private record Point(int x, int y) {}

    @Test
    void aResultIsOneObjectOnOneLineWithItsFieldsInOrder() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("volume_id", UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"));
        fields.put("data_path", Path.of("/a b/c"));
        fields.put("generation", Long.MAX_VALUE);
        fields.put("slot", 0);
        fields.put("clean", true);
        fields.put("seconds", 0.25);
        fields.put("start", Instant.parse("2026-01-02T03:04:05Z"));
        fields.put("unit", TimeUnit.SECONDS);
        fields.put("active_job", null);
        fields.put("transitions", List.of(Map.of("from", 1L)));
        fields.put("text", "\"quoted\"\n\u001b[2J Größe");
        assertThat(JsonOutput.render(fields))
                .isEqualTo(
                        "{\"volume_id\":\"01234567-89ab-cdef-0123-456789abcdef\","
                                + "\"data_path\":\"/a b/c\","
                                + "\"generation\":9223372036854775807,\"slot\":0,\"clean\":true,"
                                + "\"seconds\":0.25,\"start\":\"2026-01-02T03:04:05Z\","
                                + "\"unit\":\"SECONDS\",\"active_job\":null,"
                                + "\"transitions\":[{\"from\":1}],"
                                + "\"text\":\"\\\"quoted\\\"\\n\\u001B[2J Größe\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"volumeId", "Volume", "volume-id", "", "_id", "id_", "1st"})
    void namesThatAreNotSnakeCaseAreRefused(String name) {
        assertThatThrownBy(() -> JsonOutput.render(Map.of(name, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("snake_case");
    }

    @Test
    void valuesThatAreNotPlainAreRefusedAlsoInside() {
        for (Object value : List.of(new Point(1, 2), new int[1], BigDecimal.ONE)) {
            assertThatThrownBy(() -> JsonOutput.render(Map.of("value", value)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() ->
                            JsonOutput.render(Map.of("list", List.of(Map.of("value", value)))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nullIsAValueOfAListToo() {
        List<Object> list = new ArrayList<>();
        list.add(null);
        assertThat(JsonOutput.render(Map.of("list", list))).isEqualTo("{\"list\":[null]}");
    }
}
