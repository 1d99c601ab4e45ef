package io.tenure.format;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 that refuses instead of replacing: what was read is exactly what was written. */
final class StrictText {
    private StrictText() {}

    static byte[] encode(String field, String text) {
        refuseNul(field, text);
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    field + " is \"" + text + "\": has half of a surrogate pair", e);
        }
    }

    static String decode(String field, byte[] bytes) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            refuseNul(field, text);
            return text;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(field + " is not valid UTF-8", e);
        }
    }

    private static void refuseNul(String field, String text) {
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new IllegalArgumentException(field + " has a NUL character at " + nul);
        }
    }
}
