// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.fuzzing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An input taken apart from its beginning. Behind its end are zeros. */
public final class InputBytes {

    private final byte[] bytes;
    private int at;

    public InputBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    public boolean isEmpty() {
        return at >= bytes.length;
    }

    /** From 0 to 255. */
    public int next() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    /** Big-endian, of four bytes. */
    public int nextInt() {
        return next() << 24 | next() << 16 | next() << 8 | next();
    }

    /** Big-endian, of eight bytes. */
    public long nextLong() {
        return (long) nextInt() << 32 | nextInt() & 0xffffffffL;
    }

    /** All that is left. */
    public byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, Math.min(at, bytes.length), bytes.length);
        at = bytes.length;
        return rest;
    }

    /** The input as text; what is not UTF-8 becomes the replacement character. */
    public static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }
}
