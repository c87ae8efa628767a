// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * A place in a generation's WAL, written {@code <generation>/<index hex>:<offset hex>}.
 *
 * @param generation the line it belongs to
 * @param index which WAL file, at least 0
 * @param offset in bytes from the start of the uncompressed WAL file, at least 0. For a state of the database it is the
 *     end of the frame that committed it; 0 stands for the snapshot of that index
 */
public record Position(Generation generation, long index, long offset) implements Comparable<Position> {

    public Position {
        requireNonNull(generation, "generation");
        if (index < 0 || offset < 0) {
            throw new IllegalArgumentException("negative position: index " + index + ", offset " + offset);
        }
    }

    /** Reads what {@link #toString()} writes; fewer digits will do. */
    public static Position parse(String text) {
        int slash = text.indexOf('/');
        int colon = text.indexOf(':');
        if (slash < 0 || colon < slash) {
            throw malformed(text);
        }
        return new Position(
                new Generation(text.substring(0, slash)),
                number(text, slash + 1, colon),
                number(text, colon + 1, text.length()));
    }

    private static long number(String text, int from, int to) {
        // The library's own parsing takes a sign, and digits of every script.
        if (!HexNumber.isHex(text.substring(from, to).toLowerCase(Locale.ROOT))) {
            throw malformed(text);
        }
        try {
            return Long.parseLong(text, from, to, 16);
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "no position: \"" + text + "\", expected <generation>/<index hex>:<offset hex>");
    }

    /** By generation, index, offset. */
    @Override
    public int compareTo(Position other) {
        // Written out: Java makes the classes of joined comparators at run time, which a short restore would notice.
        int byGeneration = generation.compareTo(other.generation);
        int byIndex = byGeneration != 0 ? byGeneration : Long.compare(index, other.index);
        return byIndex != 0 ? byIndex : Long.compare(offset, other.offset);
    }

    @Override
    public String toString() {
        return generation + "/" + HexNumber.format(index) + ":" + HexNumber.format(offset);
    }
}
