// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which generations a plan was chosen from, and why it was that one. Of each it keeps a line, not the listing. */
final class Candidates {

    private final List<GenerationCandidate> all = new ArrayList<>();
    private String choice = "";

    void add(GenerationCatalog catalog) {
        TimeRange range = TimeRange.of(catalog);
        all.add(new GenerationCandidate(
                catalog.generation(),
                catalog.layout(),
                catalog.snapshots().size(),
                catalog.segments().size(),
                range.from(),
                catalog.updatedAt(),
                false,
                ""));
    }

    void chosenBecause(String reason) {
        choice = reason;
    }

    /** All that were added, in that order. */
    List<GenerationCandidate> of(GenerationCatalog chosen) {
        return all.stream()
                .map(one -> told(one, chosen.generation(), chosen.updatedAt().orElse(Instant.MIN)))
                .toList();
    }

    private GenerationCandidate told(GenerationCandidate one, Generation chosen, Instant chosenNewest) {
        boolean isChosen = one.generation().equals(chosen);
        return new GenerationCandidate(
                one.generation(),
                one.layout(),
                one.snapshots(),
                one.segments(),
                one.oldest(),
                one.newest(),
                isChosen,
                isChosen ? choice : against(one, chosenNewest));
    }

    private static String against(GenerationCandidate one, Instant chosenNewest) {
        if (one.snapshots() == 0) {
            return "it has no snapshot";
        }
        return one.newest().orElse(Instant.MIN).isAfter(chosenNewest)
                ? "it begins after the timestamp"
                : "its data is not newer";
    }
}
