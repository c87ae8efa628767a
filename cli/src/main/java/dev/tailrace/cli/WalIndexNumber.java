// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

/** A WAL index as Litestream's names and {@code -index} write it. */
final class WalIndexNumber {

    private WalIndexNumber() {}

    /** At least 0; at most 16 hexadecimal digits of either case. */
    static long parse(String text) {
        if (!text.matches("[0-9A-Fa-f]{1,16}")) {
            throw new IllegalArgumentException(
                    "no WAL index: \"" + text + "\", expected a hexadecimal number such as 2f or 0000002f");
        }
        long index = Long.parseUnsignedLong(text, 16);
        if (index < 0) {
            throw new IllegalArgumentException("WAL index too large: " + text);
        }
        return index;
    }
}
