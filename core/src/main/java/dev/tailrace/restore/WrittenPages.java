// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import org.jspecify.annotations.Nullable;

/**
 * Which pages have been given out for writing: one bit a page, in pieces that exist only where a bit is set, so that an
 * absurd page number costs no memory. For one thread at a time.
 */
final class WrittenPages {

    private static final int PAGES_PER_PIECE = 1 << 16;
    private static final int PIECES = 1 << 16;

    private final long[] @Nullable [] pieces = new long[PIECES][];

    /**
     * Takes a page, if nobody has.
     *
     * @param page from 1, below 2<sup>32</sup>
     */
    boolean take(long page) {
        int number = (int) (page / PAGES_PER_PIECE);
        long[] piece = pieces[number];
        if (piece == null) {
            piece = new long[PAGES_PER_PIECE / Long.SIZE];
            pieces[number] = piece;
        }
        int word = (int) (page % PAGES_PER_PIECE) / Long.SIZE;
        long bit = 1L << page;
        if ((piece[word] & bit) != 0) {
            return false;
        }
        piece[word] |= bit;
        return true;
    }

    /** Takes it back that a page is taken; false if it was not. */
    boolean giveBack(long page) {
        if (!isTaken(page)) {
            return false;
        }
        long[] piece = pieces[(int) (page / PAGES_PER_PIECE)];
        piece[(int) (page % PAGES_PER_PIECE) / Long.SIZE] &= ~(1L << page);
        return true;
    }

    boolean isTaken(long page) {
        long[] piece = pieces[(int) (page / PAGES_PER_PIECE)];
        return piece != null && (piece[(int) (page % PAGES_PER_PIECE) / Long.SIZE] & 1L << page) != 0;
    }

    /** The first page at or after {@code from} that nobody has taken. */
    long nextFree(long from) {
        long page = from;
        while (true) {
            long[] piece = pieces[(int) (page / PAGES_PER_PIECE)];
            if (piece == null) {
                return page;
            }
            long free = ~piece[(int) (page % PAGES_PER_PIECE) / Long.SIZE] >>> page;
            if (free != 0) {
                return page + Long.numberOfTrailingZeros(free);
            }
            page += Long.SIZE - page % Long.SIZE;
            if (page >= (long) PAGES_PER_PIECE * PIECES) {
                return page;
            }
        }
    }
}
