// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.Txid;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What the names of LTX files alone tell of the states that can be restored from them, by the choices of a restore. No I/O. */
public final class ListedLtx {

    private final LtxChains chains;

    private ListedLtx(LtxChains chains) {
        this.chains = chains;
    }

    /**
     * Of all files of one tree.
     *
     * @param files of all levels, in any order
     * @param location of the replica, for messages
     */
    public static ListedLtx of(Collection<LtxFileInfo> files, String location) {
        return new ListedLtx(new LtxChains(files, location));
    }

    /** The states, ascending: for each the file that ends with its last transaction, and whose header tells when that was. */
    public List<LtxFileInfo> states() {
        return chains.states();
    }

    /**
     * The files that a restore to a transaction reads, in the order they are applied.
     *
     * @throws DamagedReplicaException if it, or transactions before it, are in no file
     * @throws TailraceException if no file ends with it
     */
    public List<LtxFileInfo> filesOf(Txid txid) throws TailraceException {
        return chains.at(txid).files();
    }

    /** What is wrong if the newest transaction of all files cannot be reached; empty if it can, or there are no files. */
    public Optional<Damage> hole() {
        return chains.hole().map(DamagedReplicaException::damage);
    }
}
