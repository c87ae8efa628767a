// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

/** How a page is stored. One file may hold both. */
public enum LtxPageEncoding {

    /** One LZ4 frame for each page: Litestream 0.5.0 to 0.5.15, and read by all. */
    FRAME(0),

    /** A size and one LZ4 block: Litestream 0.5.16 and later, and not read by those before. */
    SIZED_BLOCK(1);

    private final int flags;

    LtxPageEncoding(int flags) {
        this.flags = flags;
    }

    /** What the page's header says of it. */
    int flags() {
        return flags;
    }
}
