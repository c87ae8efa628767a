// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

/**
 * Where in a WAL file the pages of an LTX file come from. Compacted files say nothing of it.
 *
 * @param offset in bytes from the start of the WAL file, at least 0; 0 only if nothing is said
 * @param size in bytes, at least 0
 * @param salt1 of the WAL's header
 * @param salt2 of the WAL's header
 */
public record LtxWalRange(long offset, long size, int salt1, int salt2) {

    /** Nothing is said. */
    public static final LtxWalRange NONE = new LtxWalRange(0, 0, 0, 0);
}
