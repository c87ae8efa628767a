// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.error.Damage;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.ListedLtx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides upon the LTX files of one tree.
 *
 * <p>With x the last transaction of the state at the window's start, all files that end at x or later stay. Of those before,
 * a restore to any state from x on reads none but those that a restore to x reads: it takes again and again the file that leads
 * furthest, so that it goes the same way until a file leads to x or beyond.
 */
final class LtxRules {

    private static final Comparator<LtxFileInfo> ORDER =
            Comparator.comparing(LtxFileInfo::maxTxid).thenComparing(LtxFileInfo::level);

    private final String location;
    private final Instant listedAt;
    private final Optional<Instant> start;

    /**
     * Rules for what one listing gave.
     *
     * @param location of the replica, for messages
     * @param start of the window; empty if no rule is about time
     */
    LtxRules(String location, Instant listedAt, Optional<Instant> start) {
        this.location = location;
        this.listedAt = listedAt;
        this.start = start;
    }

    /**
     * Decides.
     *
     * @param damage what is wrong, where that is no reason to refuse
     * @param states of the files, with the times of their headers beside them
     */
    Decision decide(
            LtxTreeListing listing,
            ListedLtx listed,
            Optional<Damage> damage,
            List<LtxFileInfo> states,
            List<Instant> times)
            throws TailraceException {
        LtxTree tree = listing.client().tree();
        if (start.isEmpty()) {
            return Decision.keeping(
                    runs(tree, listing.files(), "LTX files have no generations: only a rule about time lets them go"));
        }
        if (damage.isPresent()) {
            return Decision.keeping(runs(tree, listing.files(), "the files are damaged: " + damage.get()));
        }
        int atStart = -1;
        for (int i = 0; i < times.size(); i++) {
            if (i > 0 && times.get(i).isBefore(times.get(i - 1))) {
                return Decision.keeping(runs(
                        tree,
                        listing.files(),
                        "their times are out of order: transaction "
                                + states.get(i - 1).maxTxid() + " is of " + times.get(i - 1) + ", but "
                                + states.get(i).maxTxid() + " of " + times.get(i)));
            }
            if (!times.get(i).isAfter(start.get())) {
                atStart = i;
            }
        }
        return atStart < 0
                ? Decision.keeping(List.of())
                : decide(
                        tree,
                        listing.files(),
                        listed,
                        states,
                        states.get(atStart).maxTxid());
    }

    private Decision decide(
            LtxTree tree, List<LtxFileInfo> files, ListedLtx listed, List<LtxFileInfo> states, Txid first)
            throws TailraceException {
        Map<LtxFileInfo, String> reasons = new HashMap<>();
        Set<LtxFileInfo> chain = new HashSet<>(listed.filesOf(first));
        Map<Integer, LtxFileInfo> newest = new HashMap<>();
        for (LtxFileInfo file : files) {
            newest.merge(file.level(), file, (one, other) -> ORDER.compare(one, other) >= 0 ? one : other);
        }
        for (LtxFileInfo file : files) {
            if (chain.contains(file)) {
                reasons.put(file, "the state at the window's start, of transaction " + first + ", is made of it");
            } else if (file.equals(newest.get(file.level()))) {
                reasons.put(file, "it is the newest of its level, which Litestream goes on compacting from");
            } else if (file.object().storedAt().isAfter(listedAt)) {
                reasons.put(file, "it was stored after the listing began");
            }
        }
        keepTimes(reasons, files, states, first);
        List<LtxFileInfo> deleted = new ArrayList<>();
        Map<String, List<LtxFileInfo>> kept = new LinkedHashMap<>();
        for (LtxFileInfo file : files.stream().sorted(ORDER).toList()) {
            if (file.maxTxid().compareTo(first) >= 0) {
                continue;
            }
            String reason = reasons.get(file);
            if (reason == null) {
                deleted.add(file);
            } else {
                kept.computeIfAbsent(reason, none -> new ArrayList<>()).add(file);
            }
        }
        List<ObjectRun> stay = new ArrayList<>();
        kept.forEach((reason, some) -> stay.addAll(runs(tree, some, reason)));
        String unneeded = "no state from transaction " + first + " on, which is that at the window's start, needs it";
        // While another file ends alike, the one of the lowest level tells when that was: it goes after the others.
        Set<LtxFileInfo> telling = new HashSet<>(states);
        List<ObjectRun> go = new ArrayList<>(runs(
                tree, deleted.stream().filter(file -> !telling.contains(file)).toList(), unneeded));
        go.addAll(runs(tree, deleted.stream().filter(telling::contains).toList(), unneeded));
        return new Decision(go, stay, false);
    }

    /** States before the first one that are left must not get other times: the file that tells them stays too. */
    private void keepTimes(
            Map<LtxFileInfo, String> reasons, List<LtxFileInfo> files, List<LtxFileInfo> states, Txid first) {
        List<LtxFileInfo> left = files.stream()
                .filter(file -> reasons.containsKey(file) || file.maxTxid().compareTo(first) >= 0)
                .toList();
        Set<Txid> ends = new HashSet<>();
        ListedLtx.of(left, location).states().forEach(state -> ends.add(state.maxTxid()));
        for (LtxFileInfo state : states) {
            if (ends.contains(state.maxTxid())) {
                reasons.putIfAbsent(state, "its header tells when transaction " + state.maxTxid() + " was replicated");
            }
        }
    }

    private static List<ObjectRun> runs(LtxTree tree, List<LtxFileInfo> files, String reason) {
        return files.isEmpty() ? List.of() : List.of(ObjectRun.ofFiles(tree, files, reason));
    }
}
