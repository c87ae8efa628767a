// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.LtxTransaction;
import dev.tailrace.restore.Transaction;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A line of the log, of either format.
 *
 * @param replica the name of its replica
 * @param position as {@code restore} takes it: by {@code -tx}, or by {@code -txid} if there is a first transaction
 * @param firstTxid of the file that leads to it, in a replica of Litestream 0.5
 * @param size of the database after it, in pages
 */
record LoggedTransaction(
        String replica,
        String position,
        Optional<Txid> firstTxid,
        Optional<Instant> after,
        Instant createdAt,
        long pages,
        int pageSize,
        long size) {

    /** Of the columns but the first: they are printed before it is known what is to come. */
    private static final String ROW = "%-34s  %-24s  %-24s  %8s  %s";

    static LoggedTransaction of(String replica, Transaction transaction) {
        return new LoggedTransaction(
                replica,
                transaction.position().toString(),
                Optional.empty(),
                transaction.after(),
                transaction.createdAt(),
                transaction.frames(),
                transaction.pageSize(),
                transaction.pageCount());
    }

    static LoggedTransaction of(String replica, LtxTransaction transaction) {
        return new LoggedTransaction(
                replica,
                transaction.txid().toString(),
                Optional.of(transaction.file().minTxid()),
                transaction.after(),
                transaction.timestamp(),
                transaction.pages(),
                transaction.pageSize(),
                transaction.pageCount());
    }

    static String heading(int width) {
        return padded("replica", width)
                + String.format(Locale.ROOT, ROW, "position", "after", "created", "pages", "size");
    }

    /** @param width of the first column */
    String line(int width) {
        return padded(replica, width)
                + String.format(
                        Locale.ROOT,
                        ROW,
                        position,
                        after.map(Shown::preciseTime).orElse(Shown.NOTHING),
                        Shown.preciseTime(createdAt),
                        pages,
                        size * pageSize);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length() + 2);
    }

    void write(JsonWriter json) throws IOException {
        json.beginObject();
        json.name("replica").value(replica);
        if (firstTxid.isPresent()) {
            json.name("txid").value(position);
            json.name("min_txid").value(firstTxid.get().toString());
        } else {
            json.name("position").value(position);
        }
        if (after.isPresent()) {
            json.name("after").value(after.get().toString());
        }
        json.name("created").value(createdAt.toString());
        json.name("pages").value(pages);
        json.name("page_size").value(pageSize);
        json.name("page_count").value(size);
        json.endObject();
    }
}
