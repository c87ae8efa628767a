// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

/**
 * The last 16 bytes of an LTX file.
 *
 * @param postApplyChecksum of the database after the file's transactions; 0 where none is kept
 * @param fileChecksum of all bytes before it, with the pages as they are when decoded
 */
public record LtxTrailer(long postApplyChecksum, long fileChecksum) {

    /** In bytes. */
    public static final int SIZE = 16;
}
