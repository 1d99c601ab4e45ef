package io.tenure.bindings.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text in a C character array of fixed size, where a terminating NUL is not required.
 *
 * <p>Writing fills the rest of the array with zeros, since sanlock compares names over all their
 * bytes. Reading never looks past the array.
 */
public final class FixedString {
    private FixedString() {}

    /**
     * The bytes of a text as C code will see them.
     *
     * @param text what to encode
     * @return its UTF-8 bytes, without a NUL
     * @throws IllegalArgumentException if the text contains NUL or is not well-formed Unicode
     */
    public static byte[] encode(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("text contains a NUL character: " + quoted(text));
        }
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "text cannot be written as UTF-8: " + quoted(text), e);
        }
    }

    /**
     * Writes a text and zeros after it.
     *
     * @param segment where the array lies
     * @param offsetBytes where the array begins
     * @param capacityBytes how long the array is
     * @param text what to write
     * @throws IllegalArgumentException if the text needs more bytes than there are
     */
    public static void put(
            MemorySegment segment, long offsetBytes, long capacityBytes, String text) {
        byte[] bytes = encode(text);
        if (bytes.length > capacityBytes) {
            throw new IllegalArgumentException(
                    "text has "
                            + bytes.length
                            + " bytes, at most "
                            + capacityBytes
                            + " fit: "
                            + quoted(text));
        }
        MemorySegment array = segment.asSlice(offsetBytes, capacityBytes);
        MemorySegment.copy(bytes, 0, array, ValueLayout.JAVA_BYTE, 0, bytes.length);
        array.asSlice(bytes.length).fill((byte) 0);
    }

    /**
     * Reads a text up to its NUL, or to the end of the array.
     *
     * @param segment where the array lies
     * @param offsetBytes where the array begins
     * @param capacityBytes how long the array is
     * @return the text; bytes that are not UTF-8 come out as replacement characters
     */
    public static String get(MemorySegment segment, long offsetBytes, long capacityBytes) {
        byte[] bytes = segment.asSlice(offsetBytes, capacityBytes).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\0", "\\0") + '"';
    }
}
