// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Chooses the files of a restore from one listing of each level. */
final class LtxPlanner {

    private final LtxReplicaClient replica;
    private final RestoreOptions options;
    private final boolean salvage;
    private final Set<String> damaged;
    private final List<Damage> leftOut;
    private final LtxTimes times;

    LtxPlanner(LtxReplicaClient replica, RestoreOptions options, LtxBounds bounds) {
        this.replica = replica;
        this.options = options;
        salvage = bounds.salvage();
        damaged = new HashSet<>(bounds.damagedFiles());
        leftOut = new ArrayList<>(bounds.leftOut());
        times = new LtxTimes(replica);
    }

    LtxRestorePlan plan() throws IOException {
        List<LtxFileInfo> files = LtxListing.of(replica);
        if (options.target() instanceof RestoreTarget.AtTimestamp at) {
            return at(at.timestamp(), files);
        }
        LtxChains chains = chains(files);
        LtxChain chain = options.target() instanceof RestoreTarget.AtTxid at
                ? reaching(chains, at.txid().value(), () -> chains.at(at.txid()))
                : reaching(chains, Long.MAX_VALUE, chains::newest);
        List<LtxRestorePlan.State> from = chains.states().stream()
                .dropWhile(file -> file.maxTxid().compareTo(chain.txid()) < 0)
                .limit(2)
                .map(file -> new LtxRestorePlan.State(file.maxTxid(), file.createdAt()))
                .toList();
        return plan(chain, from.get(0).timestamp(), from.stream().skip(1).findFirst());
    }

    private interface Choice {
        LtxChain make() throws IOException;
    }

    /** The choice, or for a salvage what comes next to it. */
    private LtxChain reaching(LtxChains chains, long limit, Choice choice) throws IOException {
        try {
            return choice.make();
        } catch (DamagedReplicaException e) {
            Optional<LtxChain> before = salvage ? chains.furthest(limit) : Optional.empty();
            leaveOut(e.damage());
            return before.orElseThrow(() -> e);
        } catch (TargetNotAvailableException e) {
            // That it is not there may be because of what was left out.
            return (leftOut.isEmpty() ? Optional.<LtxChain>empty() : chains.furthest(limit)).orElseThrow(() -> e);
        }
    }

    private LtxRestorePlan at(Instant timestamp, List<LtxFileInfo> files) throws IOException {
        while (true) {
            try {
                return at(timestamp, chains(files));
            } catch (UnreadableHeaderException e) {
                DamagedReplicaException damage = e.damage;
                if (!salvage || !damaged.add(damage.damage().key())) {
                    throw damage;
                }
                leaveOut(damage.damage());
            }
        }
    }

    /** The newest state that was replicated until then. */
    private LtxRestorePlan at(Instant timestamp, LtxChains chains) throws IOException {
        List<LtxFileInfo> states = chains.states();
        if (states.isEmpty()) {
            // Without files, or without one that holds the whole database.
            chains.newest();
        }
        int number = lastUntil(timestamp, states);
        if (number < 0) {
            throw before(timestamp, states);
        }
        LtxFileInfo state = states.get(number);
        Instant time = timeOf(state);
        Optional<LtxRestorePlan.State> next = Optional.empty();
        if (number + 1 < states.size()) {
            LtxFileInfo following = states.get(number + 1);
            next = Optional.of(new LtxRestorePlan.State(following.maxTxid(), timeOf(following)));
        } else {
            // What is lost there may have been replicated before the moment or after it.
            Optional<DamagedReplicaException> hole = chains.hole();
            if (hole.isPresent() && !salvage) {
                throw hole.get();
            }
            hole.map(DamagedReplicaException::damage).ifPresent(this::leaveOut);
        }
        LtxRestorePlan plan = plan(chains.at(state.maxTxid()), time, next);
        if (options.exact()) {
            refuseUnresolved(timestamp, plan);
        }
        return plan;
    }

    /** Which is the last one whose time is not after a moment; -1 if none is. Reads few headers, since times ascend. */
    private int lastUntil(Instant timestamp, List<LtxFileInfo> states) throws IOException {
        int low = 0;
        int high = states.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (timeOf(states.get(middle)).isAfter(timestamp)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low - 1;
    }

    private Instant timeOf(LtxFileInfo file) throws IOException {
        try {
            return times.of(file);
        } catch (DamagedReplicaException e) {
            throw new UnreadableHeaderException(e);
        }
    }

    /** A header that was to tell a time is damaged. */
    private static final class UnreadableHeaderException extends IOException {

        private static final long serialVersionUID = 1L;

        private final transient DamagedReplicaException damage;

        UnreadableHeaderException(DamagedReplicaException damage) {
            super(damage);
            this.damage = damage;
        }
    }

    private TargetNotAvailableException before(Instant timestamp, List<LtxFileInfo> states) throws IOException {
        LtxFileInfo first = states.get(0);
        LtxFileInfo last = states.get(states.size() - 1);
        return new TargetNotAvailableException(
                "the state at " + timestamp + " is not in " + replica.location() + ", which can be restored from "
                        + timeOf(first) + " (transaction " + first.maxTxid() + ") to " + timeOf(last) + " ("
                        + last.maxTxid() + ")",
                replica.location());
    }

    private void refuseUnresolved(Instant timestamp, LtxRestorePlan plan) throws TargetNotAvailableException {
        Optional<Duration> width = plan.unresolved();
        if (width.isPresent()) {
            LtxRestorePlan.State next = plan.next().orElseThrow();
            throw new TargetNotAvailableException(
                    "the exact state at " + timestamp + " is no longer in " + replica.location()
                            + ": the transactions after "
                            + plan.txid() + " (" + plan.timestamp() + ") up to " + next.txid() + " (" + next.timestamp()
                            + "), which took " + width.get().toMillis()
                            + " ms, were compacted into one file; ask for one of the two transactions, or for no exact"
                            + " state",
                    replica.location());
        }
    }

    private LtxRestorePlan plan(LtxChain chain, Instant timestamp, Optional<LtxRestorePlan.State> next) {
        return new LtxRestorePlan(
                replica.location(),
                replica.tree(),
                chain.files(),
                options.target(),
                timestamp,
                next,
                leftOut,
                List.of());
    }

    private LtxChains chains(List<LtxFileInfo> files) {
        return new LtxChains(
                damaged.isEmpty()
                        ? files
                        : files.stream()
                                .filter(file -> !damaged.contains(file.key()))
                                .toList(),
                replica.location());
    }

    private void leaveOut(Damage damage) {
        if (!leftOut.contains(damage)) {
            leftOut.add(damage);
        }
    }
}
