// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Copies what is added to a source, round by round. Most rounds list what comes after the last object, and the names of the
 * generations; everything is listed only now and then, and when something else has changed.
 */
final class Following {

    /** What is compacted, snapshots, and what was deleted in the destination are found by these. */
    private static final int ROUNDS_FOR_EACH_LISTING = 60;

    private static final int MOST_DAMAGED_ROUNDS = 5;

    /** Copies everything, and tells where the source ended. */
    interface WholeCopy {
        Optional<ReplicaTail> copy() throws IOException;
    }

    private final ObjectStore source;
    private final Transfer transfer;
    private final WholeCopy whole;
    private final CopyOptions options;
    private final boolean generations;
    private Optional<ReplicaTail> tail = Optional.empty();
    private List<String> folders = List.of();
    private int roundsUntilListing;

    /** Begins with a copy of everything. */
    Following(ObjectStore source, Transfer transfer, WholeCopy whole, CopyOptions options) {
        this.source = source;
        this.transfer = transfer;
        this.whole = whole;
        this.options = options;
        generations = options.generation().isEmpty();
    }

    /** Goes on until it fails; a store that cannot be reached is tried again in the next round. */
    void run(Duration interval) throws IOException {
        int damaged = 0;
        while (true) {
            try {
                round();
                damaged = 0;
            } catch (StoreUnavailableException e) {
                warn(e);
            } catch (DamagedReplicaException | ObjectChangedException e) {
                // What is just being written to the source may look like that.
                if (++damaged == MOST_DAMAGED_ROUNDS) {
                    throw e;
                }
                warn(e);
            }
            pause(interval);
        }
    }

    private void warn(IOException e) {
        options.listener().warning(e.getMessage() + "; the next round tries again");
    }

    private void round() throws IOException {
        List<String> names = generations ? source.listFolders(ReplicaLayout.generationsFolder()) : List.of();
        Optional<ReplicaTail.Growth> growth = Optional.empty();
        if (tail.isPresent() && roundsUntilListing > 0 && names.equals(folders)) {
            roundsUntilListing--;
            growth = tail.get().growth(source);
        }
        if (growth.isPresent() && bring(growth.get())) {
            return;
        }
        tail = whole.copy();
        folders = names;
        roundsUntilListing = ROUNDS_FOR_EACH_LISTING;
    }

    /** Gives false if something is not as it was listed, so that all is to be listed. */
    private boolean bring(ReplicaTail.Growth growth) throws IOException {
        if (!growth.objects().isEmpty()) {
            try (CopyWorkers workers = new CopyWorkers(options.parallelism())) {
                workers.inOrder(growth.objects(), transfer);
            } catch (ObjectMissingException | ObjectChangedException | DamagedReplicaException e) {
                return false;
            }
        }
        tail = Optional.of(growth.tail());
        return true;
    }

    private static void pause(Duration interval) throws RestoreCancelledException {
        try {
            Thread.sleep(interval.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RestoreCancelledException("copy was interrupted", e);
        }
    }
}
