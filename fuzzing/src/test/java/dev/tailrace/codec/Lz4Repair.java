// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts that checksum right which a refusal names: no mutation would hit upon it, and all that lies behind stayed unread. */
final class Lz4Repair {

    private static final Pattern CHECKSUM =
            Pattern.compile("LZ4 (header|block|content) checksum is wrong: .*computed (.*)");

    private Lz4Repair() {}

    static Optional<byte[]> of(byte[] frame, CorruptFrameException refusal) {
        Matcher checksum = CHECKSUM.matcher(String.valueOf(refusal.getMessage()));
        if (!checksum.matches()) {
            return Optional.empty();
        }
        int end = (int) refusal.offset();
        int value = Integer.parseUnsignedInt(checksum.group(2), 16);
        if (checksum.group(1).equals("header")) {
            frame[end - 1] = (byte) value;
        } else {
            LittleEndian.putInt(frame, end - Integer.BYTES, value);
        }
        return Optional.of(frame);
    }
}
