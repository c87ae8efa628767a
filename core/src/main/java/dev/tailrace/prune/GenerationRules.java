// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides upon each generation of one listing. */
final class GenerationRules {

    private final PruneOptions options;
    private final Instant listedAt;
    private final Optional<Instant> start;
    private final Map<Generation, Finding> findings;
    private final Map<Generation, GenerationTimes.Span> spans = new LinkedHashMap<>();
    private final NeededGenerations needed;
    private final Set<Generation> newest = new HashSet<>();
    private final Optional<Generation> growing;

    /**
     * Rules for the generations of one listing.
     *
     * @param start of the window; empty if no rule is about time
     * @param catalogs by name, none of them empty
     * @param findings what was found to be wrong, of each of them
     * @param besideLtx whether there are LTX files too
     */
    GenerationRules(
            PruneOptions options,
            Instant listedAt,
            Optional<Instant> start,
            Collection<GenerationCatalog> catalogs,
            Map<Generation, Finding> findings,
            boolean besideLtx) {
        this.options = options;
        this.listedAt = listedAt;
        this.start = start;
        catalogs.forEach(catalog -> spans.put(catalog.generation(), GenerationTimes.Span.of(catalog)));
        this.findings = findings;
        needed = new NeededGenerations(catalogs, this::isWhole, start, besideLtx);
        List<GenerationCatalog> whole = catalogs.stream().filter(this::isWhole).toList();
        if (options.keepGenerations().isPresent()) {
            NeededGenerations.newest(options.keepGenerations().getAsInt(), whole)
                    .forEach(catalog -> newest.add(catalog.generation()));
        }
        growing = NeededGenerations.newest(1, catalogs).stream()
                .map(GenerationCatalog::generation)
                .findFirst();
    }

    private boolean isWhole(GenerationCatalog catalog) {
        return finding(catalog).damages().isEmpty();
    }

    private Finding finding(GenerationCatalog catalog) {
        return findings.getOrDefault(catalog.generation(), Finding.NOTHING);
    }

    Decision decide(GenerationCatalog catalog) {
        Optional<String> untouched = untouched(catalog);
        if (untouched.isPresent()) {
            return Decision.keeping(outside(catalog, untouched.get()));
        }
        Optional<String> stays = needed.reason(catalog.generation());
        boolean ended = start.isEmpty() || GenerationTimes.newest(catalog).isBefore(start.get());
        if (ended && stays.isEmpty()) {
            return new Decision(all(catalog, goes(catalog)), List.of(), true);
        }
        Optional<Damage> damage = finding(catalog).damages().stream().findFirst();
        if (damage.isPresent()) {
            return Decision.keeping(outside(catalog, "it is damaged, and only whole it could go: " + damage.get()));
        }
        return start.isEmpty()
                ? Decision.keeping(outside(catalog, stays.orElseThrow()))
                : cut(catalog, start.get(), stays);
    }

    /** Why nothing of a generation is deleted, whatever is in it. */
    private Optional<String> untouched(GenerationCatalog catalog) {
        if (options.keptWhole().contains(catalog.generation())) {
            return Optional.of("the generation is kept whole, as asked for");
        }
        if (newest.contains(catalog.generation())) {
            int number = options.keepGenerations().orElseThrow();
            return Optional.of(
                    number == 1
                            ? "it is the newest generation that can be restored"
                            : "it is one of the newest " + number + " generations that can be restored");
        }
        if (!catalog.damages().isEmpty()) {
            return Optional.of("what is not recognised is not deleted: "
                    + catalog.damages().get(0));
        }
        Optional<Damage> open = finding(catalog).openQuestions().stream().findFirst();
        if (open.isPresent()) {
            return Optional.of("it is damaged, unless an upload is still to come: " + open.get());
        }
        return GenerationTimes.doubt(catalog, listedAt)
                .or(() -> overlap(catalog))
                .or(() -> recent(catalog));
    }

    /** Why its place among the generations is not known. */
    private Optional<String> overlap(GenerationCatalog catalog) {
        GenerationTimes.Span span = requireNonNull(spans.get(catalog.generation()), "a generation of the listing");
        return spans.values().stream()
                .flatMap(other -> span.doubt(other).stream())
                .findFirst();
    }

    /** What was stored after the listing began may belong to what somebody is just putting there. */
    private Optional<String> recent(GenerationCatalog catalog) {
        for (SnapshotInfo snapshot : catalog.snapshots()) {
            if (isOld(snapshot.createdAt()) && snapshot.object().storedAt().isAfter(listedAt)) {
                return Optional.of(snapshot.object().key() + " was stored after the listing began");
            }
        }
        for (WalSegmentInfo segment : catalog.segments()) {
            if (isOld(segment.createdAt()) && segment.object().storedAt().isAfter(listedAt)) {
                return Optional.of(segment.object().key() + " was stored after the listing began");
            }
        }
        return Optional.empty();
    }

    private boolean isOld(Instant time) {
        return start.isEmpty() || time.isBefore(start.get());
    }

    private String goes(GenerationCatalog catalog) {
        List<String> reasons = new ArrayList<>();
        start.ifPresent(moment -> reasons.add("the generation ended at " + GenerationTimes.newest(catalog)
                + ", before the window, and the state at the window's start is in another one"));
        options.keepGenerations()
                .ifPresent(number -> reasons.add(
                        number == 1
                                ? "a generation that can be restored is newer"
                                : number + " generations that can be restored are newer, or all there are"));
        finding(catalog).damages().stream().findFirst().ifPresent(damage -> reasons.add("it is damaged: " + damage));
        return String.join("; ", reasons);
    }

    private Decision cut(GenerationCatalog catalog, Instant moment, Optional<String> stays) {
        Optional<GenerationCut> found =
                GenerationCut.of(catalog, moment, growing.equals(Optional.of(catalog.generation())));
        if (found.isEmpty()) {
            return Decision.keeping(outside(
                    catalog,
                    "no snapshot is older than the window's start, and what is older tells since when there is the"
                            + " generation"));
        }
        GenerationCut cut = found.get();
        List<ObjectRun> deleted = new ArrayList<>();
        List<ObjectRun> kept = new ArrayList<>();
        String base = cut.base().object().key();
        String because = stays.isPresent() && GenerationTimes.newest(catalog).isBefore(moment)
                ? stays.get()
                : "the state at the window's start, and those after it, begin with it";
        cut.older().ifPresent(older -> {
            String reason =
                    "states in WAL index " + String.format("%08x", cut.base().index())
                            + " inside the window may need it: the snapshot of that index may be ahead of its WAL";
            snapshots(catalog, older.index(), cut.base().index(), true, reason).forEach(kept::add);
            segments(catalog, older.index(), cut.base().index(), true, reason).forEach(kept::add);
        });
        snapshots(catalog, cut.base().index(), Long.MAX_VALUE, true, because).forEach(kept::add);
        segments(catalog, cut.base().index(), Long.MAX_VALUE, true, because + " (" + base + ")")
                .forEach(kept::add);
        String unneeded = "nothing inside the window needs it: all states there begin with "
                + cut.older().orElse(cut.base()).object().key() + " or later";
        snapshots(catalog, 0, cut.firstIndex(), false, unneeded).forEach(deleted::add);
        segments(catalog, 0, cut.firstIndex(), false, unneeded).forEach(deleted::add);
        return new Decision(deleted, kept, false);
    }

    private static List<ObjectRun> all(GenerationCatalog catalog, String reason) {
        List<ObjectRun> runs = new ArrayList<>();
        if (!catalog.snapshots().isEmpty()) {
            runs.add(ObjectRun.ofSnapshots(catalog.generation(), catalog.snapshots(), reason));
        }
        if (!catalog.segments().isEmpty()) {
            runs.add(ObjectRun.ofSegments(catalog.generation(), catalog.segments(), reason));
        }
        return runs;
    }

    private List<ObjectRun> outside(GenerationCatalog catalog, String reason) {
        List<ObjectRun> runs = new ArrayList<>();
        runs.addAll(snapshots(catalog, 0, Long.MAX_VALUE, true, reason));
        runs.addAll(segments(catalog, 0, Long.MAX_VALUE, true, reason));
        return runs;
    }

    /** @param outside whether only those before the window are meant */
    private List<ObjectRun> snapshots(GenerationCatalog catalog, long from, long to, boolean outside, String reason) {
        List<SnapshotInfo> some = catalog.snapshots().stream()
                .filter(snapshot -> snapshot.index() >= from && snapshot.index() < to)
                .filter(snapshot -> !outside || isOld(snapshot.createdAt()))
                .toList();
        return some.isEmpty() ? List.of() : List.of(ObjectRun.ofSnapshots(catalog.generation(), some, reason));
    }

    /** @param outside whether only those before the window are meant */
    private List<ObjectRun> segments(GenerationCatalog catalog, long from, long to, boolean outside, String reason) {
        List<WalSegmentInfo> some = catalog.segments().stream()
                .filter(segment -> segment.index() >= from && segment.index() < to)
                .filter(segment -> !outside || isOld(segment.createdAt()))
                .toList();
        return some.isEmpty() ? List.of() : List.of(ObjectRun.ofSegments(catalog.generation(), some, reason));
    }
}
