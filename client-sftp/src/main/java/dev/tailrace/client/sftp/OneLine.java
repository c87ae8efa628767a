// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import org.jspecify.annotations.Nullable;

/** What a server says, for messages: whatever it sends, one line of it, not too long, and nothing that a terminal obeys. */
final class OneLine {

    private static final int LONGEST = 200;

    private OneLine() {}

    static String of(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
