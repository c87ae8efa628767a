// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The newest that the LTX files of a replica hold until a moment, whether it can be restored or not: to say that there is
 * nothing newer, because what is newer is damaged, would bring back an older state without a word.
 *
 * @param replica those files
 * @param timestamp when the newest transaction was replicated
 */
record LtxNewest(LtxReplicaClient replica, Instant timestamp) {

    /** Looks into all trees that are given; empty if none holds anything that old. */
    static Optional<LtxNewest> until(Instant timestamp, List<LtxReplicaClient> trees) throws IOException {
        Optional<LtxNewest> newest = Optional.empty();
        for (LtxReplicaClient ltx : trees) {
            Optional<Instant> until = new Ends(ltx).until(timestamp);
            if (until.isPresent()
                    && (newest.isEmpty() || until.get().isAfter(newest.get().timestamp()))) {
                newest = Optional.of(new LtxNewest(ltx, until.get()));
            }
        }
        return newest;
    }

    /** Where files end, in the order of their transactions; and so of their times, but for what is damaged. */
    private static final class Ends {

        private final List<LtxFileInfo> files;
        private final LtxTimes times;

        Ends(LtxReplicaClient replica) throws IOException {
            List<LtxFileInfo> all = LtxListing.of(replica);
            // Of those that end alike the lowest level tells the time best; it comes last.
            all.sort((one, other) -> {
                int later = one.maxTxid().compareTo(other.maxTxid());
                return later != 0 ? later : Integer.compare(other.level(), one.level());
            });
            files = all;
            times = new LtxTimes(replica);
        }

        Optional<Instant> until(Instant timestamp) throws IOException {
            int low = 0;
            int high = files.size();
            if (high > 0 && !timeOf(high - 1).isAfter(timestamp)) {
                low = high;
            }
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (timeOf(middle).isAfter(timestamp)) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low == 0 ? Optional.empty() : Optional.of(timeOf(low - 1));
        }

        private Instant timeOf(int number) throws IOException {
            LtxFileInfo file = files.get(number);
            try {
                return times.of(file);
            } catch (DamagedReplicaException
                    | UnsupportedReplicaException
                    | ObjectMissingException
                    | ObjectChangedException e) {
                // To be told by who restores it.
                return file.createdAt();
            }
        }
    }
}
