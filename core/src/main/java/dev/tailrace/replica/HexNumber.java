// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

/** Numbers as Litestream writes them into names: lower-case hexadecimal, zero-padded to a least width. */
final class HexNumber {

    /** No name holds fewer digits, in any layout. */
    static final int MIN_DIGITS = 8;

    /** No name holds more digits, in any layout. */
    static final int MAX_DIGITS = 16;

    private HexNumber() {}

    static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The number in {@code text}, or -1 if it is not 8 to 16 lower-case digits or does not fit 63 bits. */
    static long parse(String text) {
        if (text.length() < MIN_DIGITS || text.length() > MAX_DIGITS || !isHex(text)) {
            return -1;
        }
        long value = Long.parseUnsignedLong(text, 16);
        return value < 0 ? -1 : value;
    }

    /** {@code value}, at least {@link #MIN_DIGITS} wide. */
    static String format(long value) {
        return format(value, MIN_DIGITS);
    }

    /** {@code value}, at least {@code width} wide. */
    static String format(long value, int width) {
        String digits = Long.toHexString(value);
        return digits.length() >= width ? digits : "0".repeat(width - digits.length()) + digits;
    }
}
