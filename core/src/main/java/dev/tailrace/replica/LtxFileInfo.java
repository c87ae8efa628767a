// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import dev.tailrace.ltx.LtxFileName;
import dev.tailrace.store.ObjectInfo;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One LTX file: the pages that a range of transactions changed, or at level 9 a whole database. What is told of it comes from
 * its name and its object; its own header may contradict. Two are equal if all they tell is equal.
 */
public final class LtxFileInfo {

    // Not a record that holds the ObjectInfo, as for WAL segments: level 0 may have as many files as there were syncs.

    private final LtxTree tree;
    private final int level;
    private final long minTxid;
    private final long maxTxid;
    private final long size;
    private final Instant storedAt;
    private final @Nullable Instant recordedAt;
    private final @Nullable String version;

    /** A file whose object has the key that its tree, level and name make. */
    LtxFileInfo(LtxTree tree, int level, LtxFileName name, ObjectInfo object) {
        this.tree = requireNonNull(tree, "tree");
        this.level = LtxTree.requireLevel(level);
        minTxid = name.minTxid();
        maxTxid = name.maxTxid();
        if (!object.key().equals(tree.key(level, name))) {
            throw new IllegalArgumentException("not the key of " + name + " at level " + level + ": " + object.key());
        }
        size = object.size();
        storedAt = object.storedAt();
        recordedAt = object.recordedAt().orElse(null);
        version = object.version().orElse(null);
    }

    /**
     * Reads what a key says.
     *
     * @return empty if it is none of an LTX file
     */
    public static Optional<LtxFileInfo> of(LtxTree tree, int level, ObjectInfo object) {
        return tree.nameOf(level, object.key()).map(name -> new LtxFileInfo(tree, level, name, object));
    }

    /** 0 for one sync of the database, up to 8 for more and more of them compacted, 9 for snapshots. */
    public int level() {
        return level;
    }

    /** The first transaction in it; a file that begins with transaction 1 holds the whole database. */
    public Txid minTxid() {
        return new Txid(minTxid);
    }

    /** The last transaction in it. */
    public Txid maxTxid() {
        return new Txid(maxTxid);
    }

    /** In bytes, as stored. */
    public long size() {
        return size;
    }

    /** When its last transaction was replicated, as the store tells it; the file's header says it exactly. */
    public Instant createdAt() {
        return recordedAt == null ? storedAt : recordedAt;
    }

    /** Where it is, below the replica's root. */
    public String key() {
        return tree.key(level, new LtxFileName(minTxid, maxTxid));
    }

    /** Where its bytes are. */
    public ObjectInfo object() {
        return new ObjectInfo(key(), size, storedAt, Optional.ofNullable(recordedAt), Optional.ofNullable(version));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LtxFileInfo file
                && tree == file.tree
                && level == file.level
                && minTxid == file.minTxid
                && maxTxid == file.maxTxid
                && size == file.size
                && storedAt.equals(file.storedAt)
                && Objects.equals(recordedAt, file.recordedAt)
                && Objects.equals(version, file.version);
    }

    @Override
    public int hashCode() {
        return Objects.hash(level, minTxid, maxTxid, size, storedAt);
    }

    @Override
    public String toString() {
        return "LtxFileInfo[level=" + level + ", object=" + object() + "]";
    }
}
