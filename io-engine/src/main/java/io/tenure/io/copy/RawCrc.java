package io.tenure.io.copy;

/**
 * Arithmetic of CRC-32C without its initial value and its final inversion: <em>raw</em>. Raw CRCs
 * are linear: that of a whole is the XOR of those of its pieces, each with as many zero bytes
 * behind it as follow it in the whole; and zeroes have the raw CRC 0. So pieces may come in any
 * order, and zeroes need not come at all.
 *
 * <p>A zero byte behind a piece multiplies its raw CRC by x^8, modulo the polynomial P over GF(2).
 * Polynomials are in the reflected form of CRC-32C: the highest bit is x^0, the lowest x^31.
 */
final class RawCrc {
    /** The Castagnoli polynomial without its x^32, reflected: RFC 3720, 12.1. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private static final int ONE = 0x8000_0000;

    /** x^(8 * 2^k) at k: zero bytes that are added behind. */
    private static final int[] POWERS = squares(ONE >>> Byte.SIZE);

    /**
     * x^(-8 * 2^k) at k: zero bytes that are taken away. P has the term 1, so that x has an
     * inverse.
     */
    private static final int[] INVERSES = squares(dividedByX(Byte.SIZE));

    private RawCrc() {}

    /**
     * The raw CRC of the same bytes with more, or fewer, zero bytes behind them.
     *
     * @param raw a raw CRC
     * @param zeroBytes how many are added; negative: how many of those there are taken away
     * @return the raw CRC
     */
    static int shift(int raw, long zeroBytes) {
        int[] powers = zeroBytes < 0 ? INVERSES : POWERS;
        int shifted = raw;
        long left = Math.abs(zeroBytes);
        while (left != 0 && shifted != 0) {
            shifted = multiply(shifted, powers[Long.numberOfTrailingZeros(left)]);
            left &= left - 1;
        }
        return shifted;
    }

    /**
     * What a CRC of so many bytes and the raw CRC of the same bytes differ in: XOR makes each the
     * other.
     *
     * @param lengthBytes how many bytes
     * @return the difference
     */
    static int difference(long lengthBytes) {
        return ~shift(~0, lengthBytes);
    }

    private static int multiply(int a, int b) {
        int product = 0;
        int rest = a;
        int term = b;
        while (rest != 0) {
            if (rest < 0) {
                product ^= term;
            }
            rest <<= 1;
            term = (term & 1) == 0 ? term >>> 1 : (term >>> 1) ^ POLYNOMIAL;
        }
        return product;
    }

    private static int dividedByX(int times) {
        int quotient = ONE;
        for (int i = 0; i < times; i++) {
            quotient = quotient < 0 ? (quotient ^ POLYNOMIAL) << 1 | 1 : quotient << 1;
        }
        return quotient;
    }

    private static int[] squares(int first) {
        int[] powers = new int[Long.SIZE - 1];
        int power = first;
        for (int k = 0; k < powers.length; k++) {
            powers[k] = power;
            power = multiply(power, power);
        }
        return powers;
    }
}
