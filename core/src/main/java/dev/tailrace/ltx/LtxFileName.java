// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an LTX file: {@code <first transaction>-<last transaction>.ltx}, each with 16 lower-case hexadecimal digits.
 *
 * @param minTxid from 1
 * @param maxTxid not less than {@code minTxid}
 */
public record LtxFileName(long minTxid, long maxTxid) {

    private static final Pattern FORM = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})\\.ltx");

    public LtxFileName {
        if (!isRange(minTxid, maxTxid)) {
            throw new IllegalArgumentException(
                    "no transactions: " + LtxChecksum.hex(minTxid) + " to " + LtxChecksum.hex(maxTxid));
        }
    }

    /**
     * Reads a name.
     *
     * @param name without folders
     * @return empty if Litestream cannot have given it to a file
     */
    public static Optional<LtxFileName> parse(String name) {
        Matcher form = FORM.matcher(name);
        if (!form.matches()) {
            return Optional.empty();
        }
        long min = Long.parseUnsignedLong(form.group(1), 16);
        long max = Long.parseUnsignedLong(form.group(2), 16);
        return isRange(min, max) ? Optional.of(new LtxFileName(min, max)) : Optional.empty();
    }

    /** Reads the last element of a key. */
    static Optional<LtxFileName> ofKey(String key) {
        return parse(key.substring(key.lastIndexOf('/') + 1));
    }

    private static boolean isRange(long min, long max) {
        return min >= 1 && max >= min;
    }

    @Override
    public String toString() {
        return LtxChecksum.hex(minTxid) + "-" + LtxChecksum.hex(maxTxid) + ".ltx";
    }
}
