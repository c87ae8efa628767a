// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Position;
import java.time.Instant;
import java.util.Optional;

/**
 * One transaction, as the WAL in a replica tells it.
 *
 * @param position the end of the frame that committed it: what {@link RestoreTarget#atPosition} takes
 * @param after when the segment before its own was created; empty if it is in the first one. With {@code createdAt} it is the
 *     bracket around the moment of the commit, if the clocks were right and no upload was late
 * @param createdAt when the segment was created that holds its end
 * @param frames how many pages it wrote, each as often as it did
 * @param pageSize in bytes
 * @param pageCount the size of the database after it, in pages
 */
public record Transaction(
        Position position, Optional<Instant> after, Instant createdAt, int frames, int pageSize, long pageCount) {

    public Transaction {
        requireNonNull(position, "position");
        requireNonNull(after, "after");
        requireNonNull(createdAt, "createdAt");
    }
}
