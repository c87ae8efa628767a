// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import org.jspecify.annotations.Nullable;

/**
 * The number of a transaction in a replica of Litestream 0.5, counted from 1 and written with 16 lower-case hexadecimal
 * digits. As a state of the database it is the one after that transaction.
 *
 * @param value from 1
 */
public record Txid(long value) implements Comparable<Txid> {

    public Txid {
        if (value < 1) {
            throw new IllegalArgumentException("no transaction number, they begin with 1: " + value);
        }
    }

    /** Reads what {@link #toString()} writes: all 16 digits, since fewer may be a number that was cut. */
    public static Txid parse(String text) {
        long value = text.length() == HexNumber.MAX_DIGITS ? HexNumber.parse(text) : -1;
        if (value < 1) {
            throw new IllegalArgumentException(
                    "no transaction number: \"" + text + "\", expected 16 lower-case hexadecimal digits, not all 0");
        }
        return new Txid(value);
    }

    // Written out, as hashCode(): what a compiler puts here is made at the first call, and that takes 20 ms.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Txid txid && value == txid.value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public int compareTo(Txid other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return HexNumber.format(value, HexNumber.MAX_DIGITS);
    }
}
