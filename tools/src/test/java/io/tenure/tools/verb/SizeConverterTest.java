package io.tenure.tools.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

final class SizeConverterTest {
    private final SizeConverter converter = new SizeConverter();

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "4096, 4096",
        "1K, 1024",
        "64k, 65536",
        "64KiB, 65536",
        "64kib, 65536",
        "3M, 3145728",
        "3MiB, 3145728",
        "2G, 2147483648",
        "1T, 1099511627776",
        "0T, 0",
        "8388607T, 9223370937343148032",
        "9223372036854775807, 9223372036854775807",
    })
    void aSizeIsBytesOrANumberWithAPowerOf1024(String text, long bytes) {
        assertThat(converter.convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, is negative",
        "-5M, is negative",
        "1.5G, is not a whole number",
        "'1,5G', is not a whole number",
        ".5, is not a whole number",
        "9223372036854775808, is too large",
        "8388608T, is too large",
        "99999999999999999999999999T, is too large",
        "1KB, is ambiguous: write K or KiB",
        "1mb, is ambiguous: write M or MiB",
        "'', is not a size",
        "' ', is not a size",
        "M, is not a size",
        "1P, is not a size",
        "1 M, is not a size",
        "0x10, is not a size",
        "+1, is not a size",
        "١, is not a size",
        "ten, is not a size",
    })
    void anythingElseIsRefusedWithTheReason(String text, String reason) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageStartingWith("'" + text + "' " + reason);
    }
}
