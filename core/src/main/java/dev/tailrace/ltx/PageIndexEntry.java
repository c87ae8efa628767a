// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

/** What the page index says of one page: its number, where its header begins, and the length from there, as varints. */
final class PageIndexEntry {

    private static final int LONGEST_VARINT = 10;

    private final byte[] bytes = new byte[3 * LONGEST_VARINT];
    private int length;

    void set(long number, long offset, long size) {
        length = 0;
        append(number);
        append(offset);
        append(size);
    }

    /** The first {@link #length()} of the array. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void append(long value) {
        long left = value;
        while (left > 0x7f) {
            bytes[length++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
    }
}
