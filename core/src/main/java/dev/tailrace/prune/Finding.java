// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.error.Damage;
import java.util.List;

/**
 * What is wrong with a generation.
 *
 * @param damages what is wrong
 * @param openQuestions what looks wrong, but is right if an upload is still to come
 */
record Finding(List<Damage> damages, List<Damage> openQuestions) {

    static final Finding NOTHING = new Finding(List.of(), List.of());

    Finding {
        damages = List.copyOf(damages);
        openQuestions = List.copyOf(openQuestions);
    }
}
