// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Columns with a gap of two spaces, as Litestream prints them. */
final class Table {

    private final String[] heads;
    private final List<String[]> rows = new ArrayList<>();

    Table(String... heads) {
        this.heads = heads;
    }

    void row(String... cells) {
        rows.add(cells);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        print(rows, row -> row, lines::add);
        return lines;
    }

    /**
     * Prints rows that are too many to be held as text.
     *
     * @param cells of a row, always the same for the same row: asked for twice, first for the widths
     */
    <T> void print(Iterable<T> items, Function<T, String[]> cells, Consumer<String> lines) {
        int[] widths = new int[heads.length];
        widen(widths, heads);
        items.forEach(item -> widen(widths, cells.apply(item)));
        lines.accept(line(widths, heads));
        items.forEach(item -> lines.accept(line(widths, cells.apply(item))));
    }

    private static void widen(int[] widths, String[] row) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row[i].length());
        }
    }

    private static String line(int[] widths, String[] row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
