// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is to be deleted and why, and what stays though the rules would let it go. Nothing is deleted yet.
 *
 * @param location the replica, as a URL with its secrets masked
 * @param listedAt when it was listed: what is stored later is in no plan
 * @param windowStart from when on every state stays; empty if no rule is about time
 * @param deleted what goes, by generations and trees, in the order of their objects
 * @param kept what stays outside of the window, and why; what lies inside it is not told
 * @param keptObjects how many snapshots, WAL segments and LTX files stay, inside the window too
 * @param keptBytes how many stored bytes these have
 * @param notes what else should be known, one line each
 */
public record PrunePlan(
        String location,
        Instant listedAt,
        Optional<Instant> windowStart,
        List<ObjectRun> deleted,
        List<ObjectRun> kept,
        long keptObjects,
        long keptBytes,
        List<String> notes) {

    public PrunePlan {
        requireNonNull(location, "location");
        requireNonNull(listedAt, "listedAt");
        requireNonNull(windowStart, "windowStart");
        deleted = List.copyOf(deleted);
        kept = List.copyOf(kept);
        notes = List.copyOf(notes);
    }

    /** How many objects are to be deleted. */
    public long objects() {
        return deleted.stream().mapToLong(ObjectRun::count).sum();
    }

    /** How many stored bytes these have. */
    public long bytes() {
        return deleted.stream().mapToLong(ObjectRun::bytes).sum();
    }
}
