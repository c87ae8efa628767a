// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import java.util.Optional;

/**
 * One thing that is wrong with a replica, and what stands on both sides of it.
 *
 * @param generation where it is
 * @param damage what it is
 * @param before the last state before it that was proved: {@code RestoreTarget.atPosition} brings it back, by best effort
 *     where a strict restore refuses; empty if there is none, or nothing was read
 * @param after the first state after it that was proved, in the same way: all after that are, up to the next damage
 */
public record VerifiedDamage(
        Generation generation, Damage damage, Optional<Position> before, Optional<Position> after) {

    public VerifiedDamage {
        requireNonNull(generation, "generation");
        requireNonNull(damage, "damage");
        requireNonNull(before, "before");
        requireNonNull(after, "after");
    }
}
