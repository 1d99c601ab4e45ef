package io.tenure.format;

import java.time.Instant;
import java.util.UUID;
import java.util.function.ToIntFunction;

/** The checks of the records' values: each names the field and the value it refused. */
final class Checks {
    private static final UUID ZERO = new UUID(0, 0);

    private Checks() {}

    static void range(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    field + " is " + value + ": must be from " + least + " to " + most);
        }
    }

    /** The zero UUID means "none" on storage, so it must not name anything. */
    static void nonZero(String field, UUID id) {
        if (id.equals(ZERO)) {
            throw new IllegalArgumentException(field + " is " + id + ": must not be zero");
        }
    }

    /** Cuts to milliseconds, so that a record equals itself after a round trip over storage. */
    static Instant millis(String field, Instant time) {
        try {
            return Instant.ofEpochMilli(time.toEpochMilli());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    field + " is " + time + ": beyond 64 bits of milliseconds", e);
        }
    }

    /** Finds the constant of a code read from storage; an unknown one is refused. */
    static <E> E byCode(String field, E[] constants, ToIntFunction<E> codeOf, long code) {
        for (E constant : constants) {
            if (codeOf.applyAsInt(constant) == code) {
                return constant;
            }
        }
        throw new IllegalArgumentException(field + " is " + code + ": no such code");
    }
}
