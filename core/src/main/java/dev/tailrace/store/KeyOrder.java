// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import java.util.Comparator;

/**
 * The order of keys in every listing: by their UTF-8 bytes, each as a number from 0 to 255. {@link String#compareTo} differs: it
 * puts characters beyond U+FFFF before U+E000.
 */
public enum KeyOrder implements Comparator<String> {
    /** The one order there is. */
    BY_UTF8;

    @Override
    public int compare(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                return Integer.compare(rank(a), rank(b));
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    private static int rank(char unit) {
        return Character.isSurrogate(unit) ? unit + Character.MAX_VALUE : unit;
    }
}
