// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes blocks that refer to what was decoded before them. Libraries decode a block by itself only, so the history is put
 * in front of it in compressed form: one sequence of literals that decodes to exactly those bytes.
 */
final class LinkedHistory {

    /** As far back as an LZ4 match reaches. */
    private static final int REACH = 65535;

    private static final int MIN_MATCH = 4;

    /** The fewest bytes that hold a match: its sequence, and after it one of five literals. */
    private static final int SHORTEST_WITH_MATCH = 9;

    private static final int RUN = 15;

    private final BlockCompression compression;
    private final byte[] history = new byte[REACH];
    private int length;

    LinkedHistory(BlockCompression compression) {
        this.compression = compression;
    }

    void append(byte[] decoded, int offset, int count) {
        if (count >= REACH) {
            System.arraycopy(decoded, offset + count - REACH, history, 0, REACH);
            length = REACH;
            return;
        }
        int kept = Math.min(length, REACH - count);
        System.arraycopy(history, length - kept, history, 0, kept);
        System.arraycopy(decoded, offset, history, kept, count);
        length = kept + count;
    }

    int decompress(Lz4Block block, byte[] target, int offset, int limit) throws IOException {
        if (length == 0 || block.length() < SHORTEST_WITH_MATCH) {
            // It refers to nothing; and so short a rest behind a match is one that decoders refuse.
            return compression.decompress(block.bytes(), 0, block.length(), target, offset, limit);
        }
        if (length < MIN_MATCH) {
            // Too short for the match below: zeros in front, which no block refers to.
            System.arraycopy(history.clone(), 0, history, MIN_MATCH - length, length);
            Arrays.fill(history, 0, MIN_MATCH - length, (byte) 0);
            length = MIN_MATCH;
        }
        byte[] source = new byte[length + length / 255 + 16 + block.length()];
        int prefix = writeHistory(source);
        System.arraycopy(block.bytes(), 0, source, prefix, block.length());
        byte[] decoded = new byte[MIN_MATCH + length + limit];
        int count = compression.decompress(source, 0, prefix + block.length(), decoded, 0, decoded.length);
        int own = count - MIN_MATCH - length;
        System.arraycopy(decoded, MIN_MATCH + length, target, offset, own);
        return own;
    }

    /**
     * A sequence ends in a match of at least four bytes. So: the last four bytes of the history, then all but those four as
     * literals, then a match that reaches back over all of it and repeats the four. It decodes to four bytes and the history.
     */
    private int writeHistory(byte[] source) {
        int at = 0;
        source[at++] = (byte) (Math.min(length, RUN) << 4);
        if (length >= RUN) {
            int rest = length - RUN;
            for (; rest >= 255; rest -= 255) {
                source[at++] = (byte) 255;
            }
            source[at++] = (byte) rest;
        }
        System.arraycopy(history, length - MIN_MATCH, source, at, MIN_MATCH);
        System.arraycopy(history, 0, source, at + MIN_MATCH, length - MIN_MATCH);
        at += length;
        source[at++] = (byte) length;
        source[at++] = (byte) (length >> 8);
        return at;
    }
}
