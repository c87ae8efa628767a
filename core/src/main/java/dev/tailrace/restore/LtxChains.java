// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.Txid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the fewest LTX files that lead to a transaction, out of those of all levels; by their names alone. A transaction that
 * is in no file is damage if it is at or before the target, whatever else the replica holds.
 */
final class LtxChains {

    private final List<LtxFileInfo> files;
    private final String location;

    /**
     * The chains of one replica.
     *
     * @param files of all levels of one tree, in any order
     * @param location of the replica, for messages
     */
    LtxChains(Collection<LtxFileInfo> files, String location) {
        List<LtxFileInfo> sorted = new ArrayList<>(files);
        // Not by Comparator.comparing: its lambdas cannot be kept from one start of Java to the next.
        sorted.sort((one, other) -> one.minTxid().compareTo(other.minTxid()));
        this.files = sorted;
        this.location = location;
    }

    /**
     * The state after the newest transaction of all files.
     *
     * @throws EmptyReplicaException if there are no files
     * @throws DamagedReplicaException if transactions before it are in no file
     */
    LtxChain newest() throws TailraceException {
        return at(new Txid(newestTxid()));
    }

    /**
     * The state after a transaction.
     *
     * @throws EmptyReplicaException if there are no files
     * @throws DamagedReplicaException if it, or transactions before it, are in no file
     * @throws TargetNotAvailableException if it is later than all files, or no file ends with it any more; the message names
     *     the nearest ones that can be restored
     */
    LtxChain at(Txid target) throws TailraceException {
        long newest = newestTxid();
        if (target.value() > newest) {
            throw new TargetNotAvailableException(
                    "no transaction " + target + " in " + location + " yet; the newest is " + new Txid(newest),
                    location);
        }
        List<LtxFileInfo> chosen = fewest(target.value());
        long reached = end(chosen);
        if (reached == target.value()) {
            return new LtxChain(chosen);
        }
        long covered = end(fewest(Long.MAX_VALUE));
        if (covered < target.value()) {
            throw hole(covered);
        }
        throw insideFile(target, reached);
    }

    /**
     * The state after the last transaction, up to a limit, that is in files without a hole before it.
     *
     * @param limit from 1
     * @return empty if there is none
     */
    Optional<LtxChain> furthest(long limit) {
        List<LtxFileInfo> chosen = fewest(limit);
        return chosen.isEmpty() ? Optional.empty() : Optional.of(new LtxChain(chosen));
    }

    /**
     * The transactions whose states can be restored, ascending.
     *
     * @return for each the file of the lowest level that ends with it: its header tells best when that was
     */
    List<LtxFileInfo> states() {
        List<LtxFileInfo> byEnd = new ArrayList<>(files);
        byEnd.sort((one, other) -> {
            int later = one.maxTxid().compareTo(other.maxTxid());
            return later != 0 ? later : Integer.compare(one.level(), other.level());
        });
        List<LtxFileInfo> states = new ArrayList<>();
        LtxFileInfo lowest = null;
        for (LtxFileInfo file : byEnd) {
            if (lowest == null || !lowest.maxTxid().equals(file.maxTxid())) {
                lowest = file;
            }
            long reached = end(states);
            if (file.maxTxid().value() > reached && file.minTxid().value() - 1 <= reached) {
                states.add(lowest);
            }
        }
        return states;
    }

    /**
     * What is wrong if the newest transaction of all files cannot be reached.
     *
     * @return empty if it can, or there are no files
     */
    Optional<DamagedReplicaException> hole() {
        long covered = end(fewest(Long.MAX_VALUE));
        return files.stream().allMatch(file -> file.minTxid().value() - 1 <= covered)
                ? Optional.empty()
                : Optional.of(hole(covered));
    }

    private long newestTxid() throws EmptyReplicaException {
        return files.stream()
                .mapToLong(file -> file.maxTxid().value())
                .max()
                .orElseThrow(() -> new EmptyReplicaException(
                        "no LTX files in " + location + "; check the path, or whether replication has begun",
                        location));
    }

    /**
     * The files that lead as far as any do without going beyond the limit. Each is the one that leads furthest from where those
     * before it end: no other choice needs fewer, or gets further.
     */
    private List<LtxFileInfo> fewest(long limit) {
        List<LtxFileInfo> chosen = new ArrayList<>();
        int next = 0;
        LtxFileInfo best = null;
        while (true) {
            long reached = end(chosen);
            for (; next < files.size() && files.get(next).minTxid().value() - 1 <= reached; next++) {
                LtxFileInfo file = files.get(next);
                if (file.maxTxid().value() <= limit) {
                    best = better(best, file);
                }
            }
            if (best == null || best.maxTxid().value() <= reached) {
                return chosen;
            }
            chosen.add(best);
        }
    }

    /** The file that ends later; of two that end alike, the one with less to read. */
    private static LtxFileInfo better(@Nullable LtxFileInfo one, LtxFileInfo other) {
        if (one == null) {
            return other;
        }
        int later = one.maxTxid().compareTo(other.maxTxid());
        return later > 0 || (later == 0 && one.size() <= other.size()) ? one : other;
    }

    private static long end(List<LtxFileInfo> chosen) {
        return chosen.isEmpty() ? 0 : chosen.get(chosen.size() - 1).maxTxid().value();
    }

    private DamagedReplicaException hole(long covered) {
        // The first one after the hole: all others begin within what is covered, or later.
        LtxFileInfo after = files.stream()
                .filter(file -> file.minTxid().value() - 1 > covered)
                .findFirst()
                .orElseThrow();
        String problem = covered == 0
                ? "no file begins with the first transaction, so none holds the whole database"
                : "transactions are in no file, from " + new Txid(covered + 1) + " on";
        return new DamagedReplicaException(
                Damage.of(after.key(), problem).expecting(new Txid(covered + 1), after.minTxid()));
    }

    private TargetNotAvailableException insideFile(Txid target, long reached) {
        OptionalLong above = files.stream()
                .filter(file -> file.minTxid().value() - 1 <= reached)
                .mapToLong(file -> file.maxTxid().value())
                .filter(max -> max > target.value())
                .min();
        List<String> nearest = new ArrayList<>();
        if (reached > 0) {
            nearest.add(new Txid(reached) + " before it");
        }
        above.ifPresent(max -> nearest.add(new Txid(max) + " after it"));
        return new TargetNotAvailableException(
                "transaction " + target + " in " + location
                        + " was compacted into a file with later ones and can no longer be told from them; nearest are "
                        + String.join(" and ", nearest),
                location);
    }
}
