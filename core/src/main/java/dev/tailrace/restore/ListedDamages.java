// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.GenerationCatalog;
import java.util.ArrayList;
import java.util.List;

/**
 * What one listing of a generation shows to be wrong, without any I/O: what {@link VerifyLevel#NAMES} tells of it.
 *
 * @param damages what is wrong, in the order of the history
 * @param openQuestions what looks wrong, but is right if an upload is still to come
 */
public record ListedDamages(List<Damage> damages, List<Damage> openQuestions) {

    public ListedDamages {
        damages = List.copyOf(damages);
        openQuestions = List.copyOf(openQuestions);
    }

    /** Looks; nothing is wrong with a generation that is empty. */
    public static ListedDamages of(GenerationCatalog catalog) {
        List<Damage> damages = new ArrayList<>(catalog.damages());
        List<Damage> openQuestions = new ArrayList<>();
        if (catalog.snapshots().isEmpty() && !catalog.isEmpty()) {
            damages.add(Planner.withoutSnapshot(catalog).damage());
        }
        for (HistoryStep step : GenerationHistory.of(catalog).steps()) {
            step.hole().ifPresent(hole -> (step.open() ? openQuestions : damages).add(hole));
        }
        return new ListedDamages(damages, openQuestions);
    }
}
