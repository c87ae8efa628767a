// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

/**
 * The head of one frame of a WAL: one page of one transaction (SQLite's file format, section 4.1).
 *
 * @param pageNumber from 1, unsigned
 * @param commitSize the database's size in pages after the transaction that this frame commits, unsigned; 0 if it commits
 *     none
 */
public record WalFrame(int pageNumber, int commitSize) {

    /** In bytes, before the page. */
    public static final int HEADER_SIZE = 24;

    /** Whether the transaction ends with this frame. */
    public boolean isCommit() {
        return commitSize != 0;
    }
}
