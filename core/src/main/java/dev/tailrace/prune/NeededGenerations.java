// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which generations must not go as a whole, whatever their age: by the choices that a restore makes. */
final class NeededGenerations {

    private final Map<Generation, String> reasons = new HashMap<>();

    /**
     * Finds them.
     *
     * @param catalogs by name, none of them empty
     * @param isWhole whether nothing is known to be wrong with one
     * @param start of the window; empty if there is none
     * @param besideLtx whether there are LTX files too
     */
    NeededGenerations(
            Collection<GenerationCatalog> catalogs,
            Predicate<GenerationCatalog> isWhole,
            Optional<Instant> start,
            boolean besideLtx) {
        // The one that a strict restore takes, even into its own refusal, and the one that it can take.
        List<Predicate<GenerationCatalog>> choices =
                List.of(catalog -> true, catalog -> !catalog.snapshots().isEmpty(), isWhole);
        for (Predicate<GenerationCatalog> choice : choices) {
            List<GenerationCatalog> chosen = catalogs.stream().filter(choice).toList();
            add(newest(chosen), "it holds the newest state");
            if (start.isPresent()) {
                add(at(start.get(), chosen), "it holds the state at the window's start");
            }
        }
        if (besideLtx && start.isPresent()) {
            List<GenerationCatalog> ended = catalogs.stream()
                    .filter(catalog -> GenerationTimes.newest(catalog).isBefore(start.get()))
                    .toList();
            add(newest(ended), "by its newest time a restore chooses between it and the LTX files beside it");
        }
    }

    private void add(@Nullable GenerationCatalog catalog, String reason) {
        if (catalog != null) {
            reasons.putIfAbsent(catalog.generation(), reason);
        }
    }

    /** Why it must stay; empty if it may go. */
    Optional<String> reason(Generation generation) {
        return Optional.ofNullable(reasons.get(generation));
    }

    /** The newest ones, as many as wanted. */
    static List<GenerationCatalog> newest(int number, Collection<GenerationCatalog> catalogs) {
        return catalogs.stream()
                .sorted(Comparator.comparing(GenerationTimes::newest).reversed())
                .limit(number)
                .toList();
    }

    private static @Nullable GenerationCatalog newest(List<GenerationCatalog> catalogs) {
        GenerationCatalog newest = null;
        for (GenerationCatalog catalog : catalogs) {
            newest = newer(newest, catalog);
        }
        return newest;
    }

    /** As a restore to that moment chooses it: of those whose times include it the newest, else the one that ended last. */
    private static @Nullable GenerationCatalog at(Instant moment, List<GenerationCatalog> catalogs) {
        GenerationCatalog including = null;
        GenerationCatalog before = null;
        for (GenerationCatalog catalog : catalogs) {
            if (GenerationTimes.oldest(catalog).isAfter(moment)) {
                continue;
            }
            if (GenerationTimes.newest(catalog).isBefore(moment)) {
                before = newer(before, catalog);
            } else {
                including = newer(including, catalog);
            }
        }
        return including != null ? including : before;
    }

    private static GenerationCatalog newer(@Nullable GenerationCatalog one, GenerationCatalog other) {
        return one == null || GenerationTimes.newest(other).isAfter(GenerationTimes.newest(one)) ? other : one;
    }
}
