// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tells pages apart by 64 bits: no proof against those who look for a collision, but chance will not bring one. */
final class PageHash {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ODD = 0x9e3779b97f4a7c15L;
    private static final long OTHER_ODD = 0xc2b2ae3d27d4eb4fL;
    private static final int STEP = 2 * Long.BYTES;

    private PageHash() {}

    /** Of a whole page: its size is a power of two from 512 on. */
    static long of(byte[] bytes, int offset, int length) {
        // Two chains side by side, since each multiplication waits for the one before.
        long even = length;
        long odd = ~(long) length;
        for (int at = offset; at < offset + length; at += STEP) {
            even = taken(even, (long) LONG.get(bytes, at));
            odd = taken(odd, (long) LONG.get(bytes, at + Long.BYTES));
        }
        return mixed(even + mixed(odd));
    }

    /** Of a page of that size without any content. */
    static long ofZeros(int length) {
        return of(new byte[length], 0, length);
    }

    /** Of a page and its number together. */
    static long at(long page, long hash) {
        return mixed(hash + page * ODD);
    }

    /** A product carries a word's highest bit nowhere; so there is one before the turn and one after it. */
    private static long taken(long state, long word) {
        return Long.rotateLeft(state + word * OTHER_ODD, 31) * ODD;
    }

    private static long mixed(long value) {
        long mixed = (value ^ value >>> 32) * OTHER_ODD;
        mixed = (mixed ^ mixed >>> 29) * ODD;
        return mixed ^ mixed >>> 32;
    }
}
