// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The pages of a database, all of them in memory. */
final class DatabasePages {

    private static final int BUFFER = 1 << 20;

    private final List<byte[]> pages = new ArrayList<>();

    /** Replaces a page, or adds it with those before it that are missing. */
    void put(int number, byte[] bytes, int from, int pageSize) {
        while (pages.size() < number) {
            pages.add(new byte[pageSize]);
        }
        System.arraycopy(bytes, from, pages.get(number - 1), 0, pageSize);
    }

    /** Cuts off what lies behind. */
    void truncate(int count) {
        if (count < pages.size()) {
            pages.subList(count, pages.size()).clear();
        }
    }

    /** Writes them all once, and syncs. */
    void write(Path database) throws IOException {
        try (FileOutputStream out = new FileOutputStream(database.toFile())) {
            byte[] buffer = new byte[BUFFER];
            int filled = 0;
            for (byte[] page : pages) {
                System.arraycopy(page, 0, buffer, filled, page.length);
                filled += page.length;
                if (filled == BUFFER) {
                    out.write(buffer, 0, filled);
                    filled = 0;
                }
            }
            out.write(buffer, 0, filled);
            out.getFD().sync();
        }
    }
}
