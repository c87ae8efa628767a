// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.ltx.LtxFileName;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.Txid;
import dev.tailrace.store.ObjectInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * In which order LTX files are copied, so that whatever the destination could be restored to before a file it can be
 * restored to after it.
 *
 * <p>First come the fewest files that lead to the newest transaction. Where the destination can be restored already, each of
 * them goes on where the one before it ends; else they come in any order, and the one that holds the whole database last. All
 * others lie inside of what is covered by then, and come in any order.
 */
final class LtxSteps {

    private record Place(int level, long min, long max) {
        static Place of(LtxFileInfo file) {
            return new Place(
                    file.level(), file.minTxid().value(), file.maxTxid().value());
        }
    }

    private final List<LtxFileInfo> source;
    private final List<LtxFileInfo> destination;
    private final LtxTree tree;
    private final boolean restorable;
    private final Map<Place, ObjectInfo> there = new HashMap<>();

    /**
     * The steps for what a listing of each side told.
     *
     * @param source at least one file
     * @param tree of the names in the destination
     * @param restorable whether the destination can be restored already, by whatever it holds
     */
    LtxSteps(Collection<LtxFileInfo> source, Collection<LtxFileInfo> destination, LtxTree tree, boolean restorable) {
        this.source = byBeginning(source);
        this.destination = byBeginning(destination);
        this.tree = tree;
        this.restorable = restorable;
        destination.forEach(file -> there.put(Place.of(file), file.object()));
    }

    private static List<LtxFileInfo> byBeginning(Collection<LtxFileInfo> files) {
        List<LtxFileInfo> sorted = new ArrayList<>(files);
        sorted.sort(Comparator.comparing(LtxFileInfo::minTxid));
        return sorted;
    }

    /** @throws DamagedReplicaException if transactions of the source are in no file */
    List<CopyStep> steps() throws DamagedReplicaException {
        long covered = end(furthest(destination, 0), 0);
        List<LtxFileInfo> chain = furthest(source, covered);
        requireNoHole(end(chain, covered));
        List<CopyStep> steps = new ArrayList<>();
        if (covered == 0 && !restorable) {
            steps.add(CopyStep.inAnyOrder(objects(chain.subList(1, chain.size()))));
            steps.add(CopyStep.inAnyOrder(objects(chain.subList(0, 1))));
        } else {
            steps.add(CopyStep.inOrder(objects(chain)));
        }
        List<LtxFileInfo> others = new ArrayList<>(source);
        others.removeAll(chain);
        steps.add(CopyStep.inAnyOrder(objects(others)));
        return steps.stream().filter(step -> !step.objects().isEmpty()).toList();
    }

    /** The files that lead furthest from a transaction on, each as far as any does. */
    private static List<LtxFileInfo> furthest(List<LtxFileInfo> files, long from) {
        List<LtxFileInfo> chain = new ArrayList<>();
        long reached = from;
        int next = 0;
        LtxFileInfo best = null;
        while (true) {
            for (; next < files.size() && files.get(next).minTxid().value() - 1 <= reached; next++) {
                best = further(best, files.get(next));
            }
            if (best == null || best.maxTxid().value() <= reached) {
                return chain;
            }
            chain.add(best);
            reached = best.maxTxid().value();
        }
    }

    private static LtxFileInfo further(@Nullable LtxFileInfo one, LtxFileInfo other) {
        if (one == null) {
            return other;
        }
        int later = one.maxTxid().compareTo(other.maxTxid());
        return later > 0 || (later == 0 && one.size() <= other.size()) ? one : other;
    }

    private static long end(List<LtxFileInfo> chain, long from) {
        return chain.isEmpty() ? from : chain.get(chain.size() - 1).maxTxid().value();
    }

    private void requireNoHole(long covered) throws DamagedReplicaException {
        for (LtxFileInfo file : source) {
            if (file.minTxid().value() - 1 > covered) {
                throw new DamagedReplicaException(Damage.of(
                                file.key(),
                                covered == 0
                                        ? "no file begins with the first transaction, so none holds the whole database"
                                        : "transactions are in no file, from " + new Txid(covered + 1) + " on")
                        .expecting(new Txid(covered + 1), file.minTxid()));
            }
        }
    }

    private List<CopiedObject> objects(List<LtxFileInfo> files) {
        return files.stream().map(this::object).toList();
    }

    private CopiedObject object(LtxFileInfo file) {
        LtxFileName name =
                new LtxFileName(file.minTxid().value(), file.maxTxid().value());
        return new CopiedObject(
                file.object(),
                tree.key(file.level(), name),
                new ObjectForm.LtxFile(),
                Optional.ofNullable(there.get(Place.of(file))));
    }
}
