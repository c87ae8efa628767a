// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.Txid;
import java.util.List;

/**
 * LTX files that make a state of the database, each of which goes on where the one before it ends.
 *
 * @param files in the order they are to be applied, at least one; the first holds the whole database. Each begins at most one
 *     transaction after the end of the one before it and ends later; it may begin earlier, since a page in it is the newest
 *     one at its end
 */
record LtxChain(List<LtxFileInfo> files) {

    LtxChain {
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("a chain without files");
        }
    }

    /** The last transaction in the restored state. */
    Txid txid() {
        return files.get(files.size() - 1).maxTxid();
    }

    /** How many bytes are to be read. */
    long size() {
        return files.stream().mapToLong(LtxFileInfo::size).sum();
    }
}
