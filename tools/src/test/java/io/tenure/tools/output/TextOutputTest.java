package io.tenure.tools.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextOutputTest {
    @Test
    void columnsAreAlignedAndNumbersStandOnTheRight() {
        TextTable table = new TextTable("NAME", "SIZE", "SLOT", "STATE");
        table.row("a", "1.5 GiB", 3, "LEGAL");
        table.row("Größe", "512 B", 12, "ILLEGAL");
        assertThat(table.render())
                .isEqualTo(
                        """
                        NAME      SIZE  SLOT  STATE
                        a      1.5 GiB     3  LEGAL
                        Größe    512 B    12  ILLEGAL
                        """);
    }

    @Test
    void aTableWithoutRowsIsItsHeadings() {
        assertThat(new TextTable("NAME", "SIZE").render()).isEqualTo("NAME  SIZE\n");
    }

    @Test
    void aRowHasACellForEachHeading() {
        TextTable table = new TextTable("NAME", "SIZE");
        assertThatThrownBy(() -> table.row("a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void detailsStandBelowEachOther() {
        assertThat(
                        new TextDetails()
                                .detail("volume", "v")
                                .detail("generation", 4L)
                                .detail("description", "")
                                .render())
                .isEqualTo(
                        """
                        volume:      v
                        generation:  4
                        description:
                        """);
    }

    @Test
    void nothingFromStorageReachesTheTerminalUnprinted() {
        assertThat(Printable.line("plain Größe 東京")).isEqualTo("plain Größe 東京");
        assertThat(Printable.line("two\r\nlines\tand\n")).isEqualTo("two lines and");
        assertThat(Printable.line("\u001b[2Jgone\u009b")).isEqualTo("\\u001b[2Jgone\\u009b");
        assertThat(Printable.line("a\u202eb")).isEqualTo("a\\u202eb");
        assertThat(new TextTable("NAME").row("x\u001by\nz").render())
                .isEqualTo("NAME\nx\\u001by z\n");
        assertThat(new TextDetails().detail("name", "\u0007").render())
                .isEqualTo("name: \\u0007\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1 KiB",
        "1536, 1.5 KiB",
        "1048575, 1 MiB",
        "1048576, 1 MiB",
        "10737418240, 10 GiB",
        "9223372036854775807, 8 EiB",
    })
    void sizesHaveAUnitOfPowersOf1024(long bytes, String text) {
        assertThat(HumanSize.of(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0:00", "7, 0:07", "750, 12:30", "3605, 1:00:05", "360000, 100:00:00"})
    void durationsAreHoursMinutesSeconds(long seconds, String text) {
        assertThat(HumanSize.ofSeconds(seconds)).isEqualTo(text);
    }
}
