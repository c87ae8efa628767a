// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.Txid;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a restore of a replica of Litestream 0.5 will read: chosen by names and, for a timestamp, by headers; but no page of it
 * read yet.
 *
 * @param location the replica, as a URL with its secrets masked
 * @param tree how its files are named
 * @param files in the order of their transactions, at least one; the first holds the whole database. Each begins at most one
 *     transaction after the end of the one before it
 * @param target what was asked for
 * @param timestamp when the last transaction of the state was replicated: for a timestamp as the header of its file says it,
 *     else as the store does
 * @param next the next state that can be restored after this one, if there is one; its time comes from where the state's does
 * @param leftOut damage that the plan stops before or goes around; empty unless best effort was asked for
 * @param warnings what the caller should know of the choice, one line each
 */
public record LtxRestorePlan(
        String location,
        LtxTree tree,
        List<LtxFileInfo> files,
        RestoreTarget target,
        Instant timestamp,
        Optional<State> next,
        List<Damage> leftOut,
        List<String> warnings) {

    /**
     * A state that can be restored.
     *
     * @param txid its last transaction
     * @param timestamp when that was replicated
     */
    public record State(Txid txid, Instant timestamp) {
        public State {
            requireNonNull(txid, "txid");
            requireNonNull(timestamp, "timestamp");
        }
    }

    public LtxRestorePlan {
        requireNonNull(location, "location");
        requireNonNull(tree, "tree");
        requireNonNull(target, "target");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(next, "next");
        files = List.copyOf(files);
        leftOut = List.copyOf(leftOut);
        warnings = List.copyOf(warnings);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("a plan without files");
        }
    }

    /** The last transaction in the restored state. */
    public Txid txid() {
        return newestFile().maxTxid();
    }

    /** How many objects will be read. */
    public int objects() {
        return files.size();
    }

    /** How many stored bytes will be read, compressed. */
    public long bytes() {
        return files.stream().mapToLong(LtxFileInfo::size).sum();
    }

    /**
     * How long the time is, from the state's on, in which transactions were replicated that can no longer be told from each
     * other, because they were compacted into one file; empty if every one before the next state can. A timestamp that was
     * asked for lies in that time.
     */
    public Optional<Duration> unresolved() {
        return next.filter(state -> target instanceof RestoreTarget.AtTimestamp
                        && state.txid().value() > txid().value() + 1)
                .map(state -> Duration.between(timestamp, state.timestamp()));
    }

    /** The file with the newest transaction. */
    LtxFileInfo newestFile() {
        return files.get(files.size() - 1);
    }

    /** Whether the two read the same. */
    boolean readsAs(LtxRestorePlan other) {
        return files.equals(other.files) && leftOut.equals(other.leftOut);
    }
}
