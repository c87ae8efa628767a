// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.Txid;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * What a restore of a replica of Litestream 0.5 did.
 *
 * @param path the restored database
 * @param plan what was read for it
 * @param txid the last transaction in the restored state
 * @param timestamp when that was replicated: as its file says or, if that is a later snapshot of the same state, as the plan
 *     does
 * @param pageSize in bytes
 * @param pageCount of the database
 * @param objectsRead files read
 * @param requests requests for objects' bytes
 * @param bytesRead stored bytes read
 * @param pagesRead pages that were decoded and checked, though an older image of a page is not written
 * @param bytesWritten bytes written to the database file
 * @param writes write calls for them
 * @param duration from the start of planning or, for a plan made before, of reading
 */
public record LtxRestoreResult(
        Path path,
        LtxRestorePlan plan,
        Txid txid,
        Instant timestamp,
        int pageSize,
        long pageCount,
        long objectsRead,
        long requests,
        long bytesRead,
        long pagesRead,
        long bytesWritten,
        long writes,
        Duration duration) {}
