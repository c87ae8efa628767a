// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * What a restore did.
 *
 * @param path the restored database
 * @param plan what was read for it
 * @param position the state restored: the end of the last commit, or offset 0 of the snapshot's index where no WAL counts
 * @param timestamp when the newest object that counts was made
 * @param pageSize in bytes
 * @param pageCount of the database
 * @param objectsRead objects read
 * @param requests requests for objects' bytes; more than {@code objectsRead} where one had to be opened again
 * @param bytesRead stored bytes read
 * @param framesApplied WAL frames of whole transactions that were checked, though an older image of a page is not written
 * @param framesDropped WAL frames at the very end that belong to a transaction which never committed
 * @param bytesWritten bytes written to the database file
 * @param writes write calls for them
 * @param unprovedJoins joins between WAL indexes that the salts do not prove, though they are legal
 * @param duration from the start of planning or, for a plan made before, of reading
 */
public record RestoreResult(
        Path path,
        RestorePlan plan,
        Position position,
        Instant timestamp,
        int pageSize,
        long pageCount,
        long objectsRead,
        long requests,
        long bytesRead,
        long framesApplied,
        long framesDropped,
        long bytesWritten,
        long writes,
        int unprovedJoins,
        Duration duration) {}
