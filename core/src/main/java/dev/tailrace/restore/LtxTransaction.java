// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.Txid;
import java.time.Instant;
import java.util.Optional;

/**
 * A state of a replica of Litestream 0.5 that can be restored: one transaction, or several that were compacted into one file and
 * can no longer be told from each other.
 *
 * @param file the one of the lowest level that ends with it
 * @param after when the state before it was replicated, as its own file says; empty for the first one that is told
 * @param timestamp when it was replicated, as the file's header says
 * @param pages how many pages the file holds: those that its transactions wrote, or all in a snapshot
 * @param pageSize in bytes
 * @param pageCount the size of the database after it, in pages
 */
public record LtxTransaction(
        LtxFileInfo file, Optional<Instant> after, Instant timestamp, long pages, int pageSize, long pageCount) {

    public LtxTransaction {
        requireNonNull(file, "file");
        requireNonNull(after, "after");
        requireNonNull(timestamp, "timestamp");
    }

    /** Its number, as {@link RestoreTarget#atTxid} takes it: of the last transaction in the file. */
    public Txid txid() {
        return file.maxTxid();
    }
}
