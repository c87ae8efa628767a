// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.ListedDamages;
import dev.tailrace.restore.ListedLtx;
import dev.tailrace.restore.LtxVerifier;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.VerifiedDamage;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes from a replica what no restore inside a window needs.
 *
 * <p>All that a restore could reach at any moment inside the window can be restored afterwards, byte for byte, and at each
 * moment between: the state at the window's very beginning, each moment after it, and each transaction and WAL index of it. The
 * newest state stays in any case. Nothing is deleted that is not recognised, nor anything of a generation whose times are out
 * of order. A replica that is damaged is refused, unless it is said which part of it is to be kept whole.
 *
 * <p>Planning writes nothing. Deleting lists once more, and deletes what the plan names and is still not needed; what has
 * been stored or replaced since is left alone. It may be cut off at any moment: pruning again goes on from there. Litestream may
 * go on writing meanwhile.
 */
public final class ReplicaPruner {

    private final ReplicaClient replica;
    private final PruneOptions options;
    private final LtxStateTimes times = new LtxStateTimes();

    private ReplicaPruner(ReplicaClient replica, PruneOptions options) {
        this.replica = requireNonNull(replica, "replica");
        this.options = requireNonNull(options, "options");
    }

    /**
     * A pruner.
     *
     * @param replica stays the caller's to close
     */
    public static ReplicaPruner of(ReplicaClient replica, PruneOptions options) {
        return new ReplicaPruner(replica, options);
    }

    /**
     * Lists, decides, and writes nothing.
     *
     * @throws dev.tailrace.error.EmptyReplicaException if there is no object of any known layout
     * @throws DamagedReplicaException if the replica is damaged, as far as {@link PruneOptions#level()} sees, and nothing is to
     *     be {@linkplain PruneOptions#keptWhole() kept whole}
     * @throws dev.tailrace.error.TargetNotAvailableException if there is no generation of those that are to be kept whole
     * @throws dev.tailrace.error.UnsupportedReplicaException if all data is of a format not read here, or there is too much for
     *     the heap
     * @throws IllegalArgumentException if the window begins after now
     * @throws dev.tailrace.error.NoProviderException if objects are to be read and there is no LZ4 compression
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails
     */
    public PrunePlan plan() throws IOException {
        Instant now = options.clock().instant();
        Optional<Instant> start = options.windowStart(now);
        Map<Generation, Finding> read = read();
        ReplicaListing listing = ReplicaListing.of(replica, now);
        return plan(listing, start, decide(listing, start, read));
    }

    /**
     * Deletes what a plan names.
     *
     * @param plan made by a pruner of this replica with the same options
     * @throws DamagedReplicaException if the replica has become damaged since, as far as names tell
     * @throws dev.tailrace.error.RestoreCancelledException if the calling thread is interrupted
     * @throws IllegalArgumentException if the plan is for another replica
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails. The message tells how far it came; what is
     *     to be kept can be restored, and pruning again goes on from there
     */
    public PruneResult prune(PrunePlan plan) throws IOException {
        if (!plan.location().equals(replica.location())) {
            throw new IllegalArgumentException(
                    "the plan is for " + plan.location() + ", and not for " + replica.location());
        }
        long began = System.nanoTime();
        Deletion deletion = new Deletion(replica, options.listener());
        if (!plan.deleted().isEmpty()) {
            Set<Object> planned = new HashSet<>();
            plan.deleted().forEach(run -> planned.addAll(run.items()));
            ReplicaListing fresh = ReplicaListing.of(replica, plan.listedAt());
            List<Decision> decisions = new ArrayList<>();
            for (Decision decision : decide(fresh, plan.windowStart(), Map.of())) {
                decisions.add(decision.onlyIf(planned::contains));
            }
            deletion.run(decisions);
        }
        return new PruneResult(
                plan,
                deletion.objects(),
                deletion.bytes(),
                plan.objects() - deletion.objects(),
                deletion.calls(),
                Duration.ofNanos(System.nanoTime() - began));
    }

    /** What reading shows to be wrong, where that is asked for. */
    private Map<Generation, Finding> read() throws IOException {
        Map<Generation, Finding> findings = new HashMap<>();
        if (options.level() == VerifyLevel.NAMES) {
            return findings;
        }
        for (Generation generation : replica.generations()) {
            if (replica.catalog(generation).isEmpty()) {
                continue;
            }
            VerifyOptions wanted = VerifyOptions.builder()
                    .level(options.level())
                    .generation(generation)
                    .clock(options.clock())
                    .build();
            Verification verification = Verifier.of(replica, wanted).verify();
            findings.put(
                    generation, new Finding(damages(verification.damages()), damages(verification.openQuestions())));
        }
        return findings;
    }

    private static List<Damage> damages(List<VerifiedDamage> found) {
        return found.stream().map(VerifiedDamage::damage).toList();
    }

    /** In the order in which deleting is done: the generation that ended first goes first. */
    private List<Decision> decide(ReplicaListing listing, Optional<Instant> start, Map<Generation, Finding> read)
            throws IOException {
        Map<Generation, Finding> findings = new HashMap<>();
        List<GenerationCatalog> catalogs = new ArrayList<>();
        for (GenerationCatalog listed : listing.catalogs()) {
            GenerationCatalog catalog = listed;
            Finding finding = finding(catalog, read);
            if (!finding.damages().isEmpty() && !options.keptWhole().contains(catalog.generation())) {
                // Retention deletes while one lists.
                catalog = replica.catalog(catalog.generation());
                finding = finding(catalog, read);
            }
            if (!catalog.isEmpty()) {
                catalogs.add(catalog);
                findings.put(catalog.generation(), finding);
            }
        }
        requireWhole(catalogs, findings);
        GenerationRules rules = new GenerationRules(
                options,
                listing.at(),
                start,
                catalogs,
                findings,
                !listing.trees().isEmpty());
        catalogs.sort(Comparator.comparing(GenerationTimes::newest));
        List<Decision> decisions = new ArrayList<>();
        for (GenerationCatalog catalog : catalogs) {
            decisions.add(rules.decide(catalog));
        }
        for (LtxTreeListing tree : listing.trees()) {
            decisions.add(decide(tree, listing.at(), start));
        }
        return decisions;
    }

    private Decision decide(LtxTreeListing listed, Instant listedAt, Optional<Instant> start) throws IOException {
        try {
            return decideAsListed(listed, listedAt, start);
        } catch (ObjectMissingException | ObjectChangedException e) {
            // Compaction goes on while one reads.
            LtxTreeListing fresh = LtxTreeListing.of(listed.client(), ReplicaListing.budget(replica));
            return decideAsListed(fresh, listedAt, start);
        }
    }

    private Decision decideAsListed(LtxTreeListing tree, Instant listedAt, Optional<Instant> start) throws IOException {
        ListedLtx listed = ListedLtx.of(tree.files(), replica.location());
        Optional<Damage> damage = listed.hole();
        if (damage.isEmpty() && options.level() != VerifyLevel.NAMES) {
            VerifyOptions wanted = VerifyOptions.builder()
                    .level(options.level())
                    .clock(options.clock())
                    .build();
            damage = LtxVerifier.of(tree.client(), wanted).verify().damages().stream()
                    .findFirst();
        }
        if (damage.isPresent() && options.keptWhole().isEmpty()) {
            throw refusal(damage.get());
        }
        List<LtxFileInfo> states = damage.isPresent() || start.isEmpty() ? List.of() : listed.states();
        return new LtxRules(replica.location(), listedAt, start)
                .decide(tree, listed, damage, states, times.of(tree.client(), states));
    }

    private static Finding finding(GenerationCatalog catalog, Map<Generation, Finding> read) {
        ListedDamages listed = ListedDamages.of(catalog);
        Finding known = read.getOrDefault(catalog.generation(), Finding.NOTHING);
        List<Damage> damages = new ArrayList<>(listed.damages());
        damages.addAll(known.damages());
        List<Damage> openQuestions = new ArrayList<>(listed.openQuestions());
        openQuestions.addAll(known.openQuestions());
        return new Finding(damages, openQuestions);
    }

    private void requireWhole(List<GenerationCatalog> catalogs, Map<Generation, Finding> findings) throws IOException {
        for (Generation wanted : options.keptWhole()) {
            if (!findings.containsKey(wanted)) {
                throw new TargetNotAvailableException(
                        "no generation " + wanted + " in " + replica.location()
                                + ", which is to be kept whole; there are: "
                                + String.join(
                                        ", ",
                                        catalogs.stream()
                                                .map(catalog ->
                                                        catalog.generation().name())
                                                .toList()),
                        replica.location());
            }
        }
        if (!options.keptWhole().isEmpty()) {
            return;
        }
        for (GenerationCatalog catalog : catalogs) {
            Optional<Damage> damage = requireNonNull(findings.get(catalog.generation())).damages().stream()
                    .findFirst();
            if (damage.isPresent()) {
                throw refusal(damage.get());
            }
        }
    }

    private DamagedReplicaException refusal(Damage damage) {
        return new DamagedReplicaException(damage)
                .told(
                        replica.location(),
                        "so nothing was deleted: what looks unneeded may be all that is left. Name the generations"
                                + " that are to be kept whole (-keep-generation), and the others are pruned",
                        false);
    }

    private PrunePlan plan(ReplicaListing listing, Optional<Instant> start, List<Decision> decisions) {
        List<ObjectRun> deleted = new ArrayList<>();
        List<ObjectRun> kept = new ArrayList<>();
        for (Decision decision : decisions) {
            deleted.addAll(decision.deleted());
            kept.addAll(decision.kept());
        }
        long objects = 0;
        long bytes = 0;
        for (GenerationCatalog catalog : listing.catalogs()) {
            objects += catalog.snapshots().size() + catalog.segments().size();
            bytes += catalog.snapshots().stream().mapToLong(ObjectRun::sizeOf).sum()
                    + catalog.segments().stream().mapToLong(ObjectRun::sizeOf).sum();
        }
        for (LtxTreeListing tree : listing.trees()) {
            objects += tree.files().size();
            bytes += tree.files().stream().mapToLong(ObjectRun::sizeOf).sum();
        }
        return new PrunePlan(
                replica.location(),
                listing.at(),
                start,
                deleted,
                kept,
                objects - deleted.stream().mapToLong(ObjectRun::count).sum(),
                bytes - deleted.stream().mapToLong(ObjectRun::bytes).sum(),
                listing.notes());
    }
}
