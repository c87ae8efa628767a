// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.error.CopyConflictException;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lists both sides and says what is to be copied, the newest data first: so an older generation never hides a newer one
 * while it is unfinished.
 */
final class CopyPlanner {

    private final ObjectStore source;
    private final ObjectStore destination;
    private final CopyOptions options;

    CopyPlanner(ObjectStore source, ObjectStore destination, CopyOptions options) {
        this.source = source;
        this.destination = destination;
        this.options = options;
    }

    /** Something that is copied as a whole. */
    private interface Unit {
        Instant newest();

        /** @param newestState of the destination by then; empty if it cannot be restored */
        List<CopyStep> steps(Optional<Instant> newestState) throws IOException;

        CopyPlan.Part part(List<CopyStep> steps);

        Optional<ReplicaTail> tail();
    }

    CopyWork plan() throws IOException {
        Contents from = Contents.of(source, options.generation());
        Contents to = Contents.of(destination, Optional.empty());
        List<Unit> units = new ArrayList<>();
        for (GenerationCatalog generation : from.generations()) {
            units.add(new GenerationUnit(generation, to));
        }
        for (Map.Entry<LtxTree, List<LtxFileInfo>> tree : from.trees().entrySet()) {
            units.add(new LtxUnit(tree.getKey(), tree.getValue(), from, to));
        }
        if (units.isEmpty()) {
            throw nothing();
        }
        units.sort(Comparator.comparing(Unit::newest).reversed());
        refuseHidden(from);
        List<CopyStep> all = new ArrayList<>();
        List<CopyPlan.Part> parts = new ArrayList<>();
        Optional<Instant> newestState = to.newestState();
        for (Unit unit : units) {
            List<CopyStep> steps = unit.steps(newestState);
            if (!steps.isEmpty()) {
                all.addAll(steps);
                parts.add(unit.part(steps));
                newestState = later(newestState, unit.newest());
            }
        }
        return new CopyWork(
                new CopyPlan(source.location(), destination.location(), parts, from.foreign(), from.foreignObjects()),
                all,
                units.get(0).tail());
    }

    private static Optional<Instant> later(Optional<Instant> one, Instant other) {
        return one.isPresent() && one.get().isAfter(other) ? one : Optional.of(other);
    }

    private TailraceException nothing() {
        String location = source.location();
        return options.generation()
                .<TailraceException>map(generation ->
                        new TargetNotAvailableException("no generation " + generation + " in " + location, location))
                .orElseGet(() -> new EmptyReplicaException(
                        "no matching backups found in " + location
                                + "; check the path, or whether replication has begun",
                        location));
    }

    /** A generation without a snapshot cannot be restored, but is told from what was never there. */
    private static void refuseHidden(Contents from) throws DamagedReplicaException {
        Instant newestState = from.newestState().orElse(Instant.MIN);
        for (GenerationCatalog generation : from.generations()) {
            if (generation.snapshots().isEmpty() && Contents.newest(generation).isAfter(newestState)) {
                throw new DamagedReplicaException(Damage.of(
                        "generations/" + generation.generation() + "/snapshots/",
                        "no snapshots available in generation " + generation.generation()
                                + ", whose newest object is of " + Contents.newest(generation)));
            }
        }
    }

    private static CopyPlan.Part part(String name, Object from, Object to, List<CopyStep> steps) {
        long objects = 0;
        long bytes = 0;
        long there = 0;
        long thereBytes = 0;
        for (CopyStep step : steps) {
            for (CopiedObject object : step.objects()) {
                objects++;
                bytes += object.source().size();
                there += object.there().isPresent() ? 1 : 0;
                thereBytes += object.there().isPresent() ? object.source().size() : 0;
            }
        }
        return new CopyPlan.Part(name, from.toString(), to.toString(), objects, bytes, there, thereBytes);
    }

    private final class GenerationUnit implements Unit {

        private final GenerationCatalog catalog;
        private final GenerationCatalog there;
        private final ReplicaLayout layout;

        GenerationUnit(GenerationCatalog catalog, Contents to) throws TailraceException {
            Generation generation = catalog.generation();
            this.catalog = catalog;
            there = to.generation(generation).orElseGet(() -> GenerationCatalog.of(generation, List.of()));
            for (Damage damage : catalog.damages()) {
                throw new DamagedReplicaException(damage);
            }
            for (Damage damage : there.damages()) {
                throw new CopyConflictException(
                        damage.key(),
                        "cannot copy generation " + generation + " of " + source.location() + " to "
                                + destination.location() + ", where its names are damaged already: " + damage,
                        destination.location(),
                        null);
            }
            layout = layout();
        }

        private ReplicaLayout layout() throws CopyConflictException {
            ReplicaLayout wanted = options.layout().orElse(catalog.layout());
            if (there.isEmpty()) {
                return wanted;
            }
            ReplicaLayout found = there.layout();
            // Without WAL the narrow layouts look alike.
            boolean open =
                    there.segments().isEmpty() && found == ReplicaLayout.V03_FLAT && wanted != ReplicaLayout.V04_BETA;
            if (open || found == wanted) {
                return wanted;
            }
            if (options.layout().isPresent()) {
                String folder = "generations/" + catalog.generation() + "/";
                throw new CopyConflictException(
                        folder,
                        destination.location() + " has " + folder + " already, in layout " + found + " and not "
                                + wanted + "; copy to another place, or leave the layout as it is",
                        destination.location(),
                        null);
            }
            return found;
        }

        @Override
        public Instant newest() {
            return Contents.newest(catalog);
        }

        @Override
        public List<CopyStep> steps(Optional<Instant> newestState) {
            if (catalog.snapshots().isEmpty()) {
                options.listener()
                        .warning("generation " + catalog.generation()
                                + " has no snapshot, and is older than what can be restored; it is not copied");
                return List.of();
            }
            boolean besideOlder = newestState.isPresent() && newestState.get().isBefore(newest());
            return new GenerationSteps(catalog, there, layout, besideOlder).steps();
        }

        @Override
        public CopyPlan.Part part(List<CopyStep> steps) {
            return CopyPlanner.part("generation " + catalog.generation(), catalog.layout(), layout, steps);
        }

        @Override
        public Optional<ReplicaTail> tail() {
            return ReplicaTail.Wal.of(catalog, layout);
        }
    }

    private final class LtxUnit implements Unit {

        private final LtxTree from;
        private final List<LtxFileInfo> files;
        private final LtxTree to;
        private final List<LtxFileInfo> there;

        LtxUnit(LtxTree from, List<LtxFileInfo> files, Contents source, Contents destination) {
            this.from = from;
            this.files = files;
            to = tree(source, destination);
            there = destination.trees().getOrDefault(to, List.of());
        }

        private LtxTree tree(Contents source, Contents destination) {
            if (source.trees().size() > 1) {
                // Transactions of two trees are not to be mixed.
                return from;
            }
            if (destination.trees().size() == 1) {
                return destination.trees().keySet().iterator().next();
            }
            return destination.trees().isEmpty() ? options.tree().orElse(from) : from;
        }

        @Override
        public Instant newest() {
            return Contents.newest(files);
        }

        @Override
        public List<CopyStep> steps(Optional<Instant> newestState) throws DamagedReplicaException {
            return new LtxSteps(files, there, to, newestState.isPresent()).steps();
        }

        @Override
        public CopyPlan.Part part(List<CopyStep> steps) {
            return CopyPlanner.part("LTX files", name(from), name(to), steps);
        }

        @Override
        public Optional<ReplicaTail> tail() {
            return Optional.of(ReplicaTail.Ltx.of(from, to, files));
        }

        private String name(LtxTree tree) {
            return tree.levelFolder(0).replaceFirst("[0-9]+/$", "<level>/");
        }
    }
}
