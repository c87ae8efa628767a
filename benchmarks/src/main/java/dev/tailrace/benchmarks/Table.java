// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A table as Markdown writes it, so that it can be kept with the documentation. */
final class Table {

    private final List<String[]> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(headings);
        String[] line = new String[headings.length];
        Arrays.fill(line, "---:");
        rows.add(line);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String[] cells : rows) {
            text.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return text.toString();
    }
}
