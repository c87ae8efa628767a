// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.wal.WalChecksum;
import dev.tailrace.wal.WalHeader;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether each WAL index follows on the one before it. It is shown the headers from the newest index to the oldest.
 *
 * <p>SQLite adds one to salt-1 with each restart of a WAL, so a join is proved by it. A sequence number of 0 says that the
 * file was made anew, with salts that are new by right; only the flat layout's writer let that happen in a generation. The
 * sequence number is compared with nothing.
 */
final class WalJoins {

    private final ReplicaLayout layout;
    /** The newer indexes by their salts: none may be there twice. */
    private final Map<Long, WalIndex> newerBySalts = new HashMap<>();

    private @Nullable WalHeader newerHeader;
    private @Nullable WalIndex newer;
    private int unproved;

    WalJoins(ReplicaLayout layout) {
        this.layout = layout;
    }

    /**
     * Takes the next older index.
     *
     * @throws DamagedReplicaException if the newer one does not follow on it
     */
    void add(WalIndex wal, WalHeader header) throws DamagedReplicaException {
        WalHeader after = newerHeader;
        WalIndex afterIndex = newer;
        newerHeader = header;
        newer = wal;
        WalIndex twin = newerBySalts.put(WalChecksum.of(header.salt1(), header.salt2()), wal);
        if (twin != null) {
            throw copy(twin, wal);
        }
        if (after != null && afterIndex != null && !isProved(layout, wal, header, afterIndex, after)) {
            unproved++;
        }
    }

    /**
     * Whether the salts prove that an index follows on the one before it; false if they do not, but it is legal.
     *
     * @throws DamagedReplicaException if it does not follow
     */
    static boolean isProved(ReplicaLayout layout, WalIndex wal, WalHeader header, WalIndex next, WalHeader nextHeader)
            throws DamagedReplicaException {
        if (nextHeader.salt1() == header.salt1() + 1) {
            return true;
        }
        if (nextHeader.sequence() == 0 && nextHeader.salt1() != header.salt1() && layout == ReplicaLayout.V03_FLAT) {
            return false;
        }
        throw new DamagedReplicaException(Damage.at(
                        next.segments().get(0).object().key(),
                        WalHeader.SALT_OFFSET,
                        "WAL index " + next.index() + " does not continue index " + wal.index())
                .expecting("salt-1 " + salt(header.salt1() + 1), salt(nextHeader.salt1())));
    }

    /** Of two indexes with the same salts the newer one is called the copy. */
    static DamagedReplicaException copy(WalIndex newer, WalIndex older) {
        return new DamagedReplicaException(Damage.at(
                newer.segments().get(0).object().key(),
                WalHeader.SALT_OFFSET,
                "WAL index " + newer.index() + " is a copy of index " + older.index()));
    }

    /** How many joins the salts do not prove, though they are legal. */
    int unproved() {
        return unproved;
    }

    /** For messages. */
    static String salt(int salt) {
        return String.format("%08x", salt);
    }
}
