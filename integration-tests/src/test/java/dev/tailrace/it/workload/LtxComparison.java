// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.LtxRestoreResult;
import dev.tailrace.restore.LtxRestorer;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/** What a restore to each transaction, and to each time, of a replica of LTX files gives: the bytes that SQLite has. */
final class LtxComparison {

    private final LtxReplicaClient replica;
    private final LtxHistory history;
    private final RestoredFile restored;
    private final Path target;
    private final Path expected;
    private int transactions;
    private int moments;
    private int refused;

    /**
     * @param restored what is done to each database that was restored, before it is compared
     * @param place a folder for databases
     */
    LtxComparison(LtxReplicaClient replica, LtxHistory history, RestoredFile restored, Path place) {
        this.replica = replica;
        this.history = history;
        this.restored = restored;
        target = place.resolve("restored.db");
        expected = place.resolve("expected.db");
    }

    int transactions() {
        return transactions;
    }

    int moments() {
        return moments;
    }

    /** Transactions that no files lead to any more. */
    int refused() {
        return refused;
    }

    /** Fails with an AssertionError at the first difference. */
    void compare() throws Exception {
        TreeSet<Long> reachable = history.reachable();
        for (long txid = 1; txid <= history.size(); txid++) {
            RestoreTarget at = RestoreTarget.atTxid(new Txid(txid));
            if (reachable.contains(txid)) {
                transactions++;
                assertGives(txid, at);
            } else {
                refused++;
                assertRefused(at);
            }
        }
        for (Instant time : history.times()) {
            moments++;
            Optional<Long> then = history.at(time);
            RestoreTarget at = RestoreTarget.atTimestamp(time);
            if (then.isEmpty()) {
                assertRefused(at);
            } else {
                assertGives(then.get(), at);
            }
        }
        assertGives(reachable.last(), RestoreTarget.latest());
    }

    private void assertGives(long txid, RestoreTarget at) throws Exception {
        LtxRestoreResult result = restore(at);
        assertThat(result.txid().value()).as("%s", at).isEqualTo(txid);
        restored.arrived(target);
        history.expected(txid, expected);
        assertThat(Files.mismatch(target, expected))
                .as("first difference of transaction %d, restored as %s", txid, at)
                .isEqualTo(-1);
        Files.delete(target);
    }

    private void assertRefused(RestoreTarget at) throws IOException {
        try {
            restore(at);
        } catch (TargetNotAvailableException e) {
            return;
        }
        fail("no file leads to " + at + ", and something was restored");
    }

    private LtxRestoreResult restore(RestoreTarget at) throws IOException {
        return LtxRestorer.of(replica, RestoreOptions.builder().target(at).build())
                .restoreTo(target);
    }
}
