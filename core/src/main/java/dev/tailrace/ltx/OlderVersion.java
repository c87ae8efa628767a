// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Recognises LTX versions 1 and 2, which have the magic number of version 3 and say nowhere what they are. */
final class OlderVersion {

    /** How much behind the header is looked at: a page number of four bytes, and what follows on it. */
    static final int LOOK = 20;

    private static final VarHandle BIG_INT = PageForm.BIG_INT;
    private static final int COMPRESSED = 1;
    private static final int FLAGS = 4;
    private static final int PAGE_HEADER = 4;
    private static final byte[] DATABASE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private OlderVersion() {}

    /**
     * Which older version it is.
     *
     * @param header with the right magic number
     * @param body what follows on it, up to {@link #LOOK} bytes
     */
    static Optional<Integer> of(byte[] header, byte[] body) {
        int flags = (int) BIG_INT.get(header, FLAGS);
        // Version 1 has all pages in one frame, or none at all; version 2 a frame for each, after four bytes and not
        // six.
        if ((flags & COMPRESSED) != 0 && isFrame(body, 0)) {
            return Optional.of(1);
        }
        if (isFrame(body, PAGE_HEADER)) {
            return Optional.of(2);
        }
        return isDatabase(body) ? Optional.of(1) : Optional.empty();
    }

    private static boolean isFrame(byte[] body, int offset) {
        return body.length >= offset + Integer.BYTES && (int) BIG_INT.get(body, offset) == PageForm.FRAME_MAGIC;
    }

    private static boolean isDatabase(byte[] body) {
        return body.length >= LOOK && Arrays.equals(body, PAGE_HEADER, LOOK, DATABASE, 0, DATABASE.length);
    }
}
