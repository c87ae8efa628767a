// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SQLite's running WAL checksum: over 32-bit words in pairs, {@code s0 += word + s1; s1 += next + s0}, as in SQLite's file
 * format, section 4.2. Both sums are kept in one {@code long}, s0 in its upper half.
 */
public final class WalChecksum {

    /** What a WAL's checksum starts from. */
    public static final long START = 0;

    // One read of eight bytes for two words; on heap arrays this is the fastest form that was measured.
    private static final VarHandle LITTLE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private WalChecksum() {}

    /**
     * Takes in more bytes.
     *
     * @param state {@link #START}, or what an earlier call gave
     * @param order how the words are to be read, given by the WAL header's magic number
     * @param length a multiple of 8
     * @return the new state
     */
    public static long update(long state, ByteOrder order, byte[] bytes, int offset, int length) {
        if (length % Long.BYTES != 0) {
            throw new IllegalArgumentException("WAL checksum over " + length + " bytes, not a multiple of 8");
        }
        return order == ByteOrder.LITTLE_ENDIAN
                ? updateLittle(state, bytes, offset, length)
                : updateBig(state, bytes, offset, length);
    }

    /** The first sum. */
    public static int first(long state) {
        return (int) (state >>> 32);
    }

    /** The second sum. */
    public static int second(long state) {
        return (int) state;
    }

    /** The state of two sums. */
    public static long of(int first, int second) {
        return ((long) first << 32) | (second & 0xffffffffL);
    }

    private static long updateLittle(long state, byte[] bytes, int offset, int length) {
        int s0 = first(state);
        int s1 = second(state);
        for (int i = offset, end = offset + length; i < end; i += Long.BYTES) {
            long words = (long) LITTLE.get(bytes, i);
            s0 += (int) words + s1;
            s1 += (int) (words >>> 32) + s0;
        }
        return of(s0, s1);
    }

    private static long updateBig(long state, byte[] bytes, int offset, int length) {
        int s0 = first(state);
        int s1 = second(state);
        for (int i = offset, end = offset + length; i < end; i += Long.BYTES) {
            long words = (long) BIG.get(bytes, i);
            s0 += (int) (words >>> 32) + s1;
            s1 += (int) words + s0;
        }
        return of(s0, s1);
    }
}
