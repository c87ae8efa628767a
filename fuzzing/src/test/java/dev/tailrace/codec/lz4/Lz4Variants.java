// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec.lz4;

import dev.tailrace.codec.BlockCompression;

/** Both of lz4-java's implementations. */
public final class Lz4Variants {

    private Lz4Variants() {}

    /** The native one where there is one. */
    public static BlockCompression fastest() {
        return new Lz4JavaCompression();
    }

    /** The one without native code. */
    public static BlockCompression java() {
        return new Lz4JavaCompression(Lz4Library.java());
    }
}
