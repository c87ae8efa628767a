// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * CRC-64/ISO as LTX uses it: polynomial x<sup>64</sup> + x<sup>4</sup> + x<sup>3</sup> + x + 1, reflected, inverted before
 * and after. A state is what has come out so far, so that {@link #update} may go on from it.
 */
public final class LtxChecksum {

    /** The checksum of nothing. */
    public static final long START = 0;

    /** Set in every checksum that is stored, so that none is zero. */
    static final long STORED = 1L << 63;

    private static final long POLYNOMIAL = 0xD8000000_00000000L;
    private static final long ONE = 1L << 63;
    private static final long EIGHTH_POWER = 1L << 55;

    private static final VarHandle LITTLE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private LtxChecksum() {}

    /**
     * Takes in more bytes.
     *
     * @param state {@link #START}, or what an earlier call gave
     * @return the new state
     */
    public static long update(long state, byte[] bytes, int offset, int length) {
        long crc = ~state;
        int at = offset;
        int end = offset + length;
        for (int last = end - Long.BYTES; at <= last; at += Long.BYTES) {
            crc = takeIn(crc ^ (long) LITTLE.get(bytes, at));
        }
        for (; at < end; at++) {
            long low = (crc ^ bytes[at]) << 56;
            crc = crc >>> 8 ^ low ^ low >>> 1 ^ low >>> 3 ^ low >>> 4;
        }
        return ~crc;
    }

    /**
     * Takes in four runs of bytes side by side, which takes a processor not much longer than one: what it waits for in one
     * of them it does in the others meanwhile.
     *
     * @param states of the four, each {@link #START} or what an earlier call gave; changed
     * @param offset of the first run
     * @param apart how far behind the beginning of each run the next one begins
     * @param length of each run, a multiple of 8
     */
    static void updateFour(long[] states, byte[] bytes, int offset, int apart, int length) {
        long first = ~states[0];
        long second = ~states[1];
        long third = ~states[2];
        long fourth = ~states[3];
        for (int at = offset, end = offset + length; at < end; at += Long.BYTES) {
            first = takeInBeside(first ^ (long) LITTLE.get(bytes, at));
            second = takeInBeside(second ^ (long) LITTLE.get(bytes, at + apart));
            third = takeInBeside(third ^ (long) LITTLE.get(bytes, at + 2 * apart));
            fourth = takeInBeside(fourth ^ (long) LITTLE.get(bytes, at + 3 * apart));
        }
        states[0] = ~first;
        states[1] = ~second;
        states[2] = ~third;
        states[3] = ~fourth;
    }

    /**
     * The polynomial has four low terms, so that taking in eight bytes is a few shifts; no table is read, which makes this
     * faster than any form with one.
     */
    private static long takeIn(long word) {
        // What the shifts below push out on the right comes in again on the left.
        long folded = word ^ word << 63 ^ word << 61 ^ word << 60;
        return folded ^ folded >>> 1 ^ folded >>> 3 ^ folded >>> 4;
    }

    /**
     * The same in fewer steps, of which more wait for the one before: (x + 1) (x<sup>3</sup> + 1) are the four low terms. For
     * where others are taken in meanwhile. In two parts, as Java's first compiler puts no larger ones in their place.
     */
    private static long takeInBeside(long word) {
        long folded = foldOut(word);
        long once = folded ^ folded >>> 1;
        return once ^ once >>> 3;
    }

    private static long foldOut(long word) {
        long out = word << 60;
        return word ^ out ^ out << 1 ^ out << 3;
    }

    /**
     * The state over two runs of bytes, one after the other, each of which was taken in from {@link #START} on.
     *
     * @param length of the second run, in bytes, at least 0
     */
    public static long join(long first, long second, long length) {
        return multiply(first, power(length)) ^ second;
    }

    /** A state as it is stored in a file. */
    public static long stored(long state) {
        return state | STORED;
    }

    /**
     * The checksum of one page of a database, which those who keep a checksum of the whole database fold into it by XOR.
     *
     * @param number from 1, unsigned
     */
    public static long ofPage(int number, byte[] page, int offset, int length) {
        byte[] head = new byte[Integer.BYTES];
        BIG_INT.set(head, 0, number);
        return stored(update(update(START, head, 0, head.length), page, offset, length));
    }

    /** A checksum as it is shown to people: 16 hexadecimal digits. */
    static String hex(long checksum) {
        // Not by String.format: names of files are made of it, thousands at a time.
        return HexFormat.of().toHexDigits(checksum);
    }

    /** x<sup>8 · bytes</sup>, modulo the polynomial. */
    private static long power(long bytes) {
        long result = ONE;
        long square = EIGHTH_POWER;
        for (long left = bytes; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = multiply(result, square);
            }
            square = multiply(square, square);
        }
        return result;
    }

    /** The product of two polynomials, reflected, modulo the polynomial. */
    private static long multiply(long one, long other) {
        long product = 0;
        long shifted = other;
        for (long left = one; left != 0; left <<= 1) {
            if (left < 0) {
                product ^= shifted;
            }
            shifted = shifted >>> 1 ^ (POLYNOMIAL & -(shifted & 1));
        }
        return product;
    }
}
