// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import java.io.IOException;

/**
 * LZ4 block compression and the xxHash32 checksum, as a library offers them. Found by {@link java.util.ServiceLoader}; the
 * constructor has no arguments and does nothing costly. Safe for use by many threads.
 */
public interface BlockCompression {

    /** Which library and version does the work, and how, such as {@code lz4-java 1.14.0, native}. May load it. */
    String description();

    /**
     * Decodes one block.
     *
     * @param targetLimit how many bytes the block may decode to at most
     * @return how many bytes were decoded
     * @throws IOException if the block is malformed or decodes to more than {@code targetLimit} bytes. Nothing outside of
     *     {@code [targetOffset, targetOffset + targetLimit)} has been written
     */
    int decompress(byte[] source, int sourceOffset, int sourceLength, byte[] target, int targetOffset, int targetLimit)
            throws IOException;

    /**
     * Encodes one block.
     *
     * @return how many bytes were written to {@code target}, or -1 if they would be more than {@code targetLimit}
     */
    int compress(byte[] source, int sourceOffset, int sourceLength, byte[] target, int targetOffset, int targetLimit);

    /** A new xxHash32 over nothing, with seed 0. */
    Checksum newChecksum();

    /** The xxHash32 of some bytes, with seed 0. */
    default int checksum(byte[] bytes, int offset, int length) {
        Checksum checksum = newChecksum();
        checksum.update(bytes, offset, length);
        return checksum.value();
    }

    /** A running xxHash32. For one thread at a time. */
    interface Checksum {

        /** Takes in more bytes. */
        void update(byte[] bytes, int offset, int length);

        /** The value over all bytes so far. */
        int value();
    }
}
