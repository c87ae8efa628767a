// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The replica does not hold what it must: a hole, a truncated or altered object, a page that nobody wrote. A restore that
 * meets this leaves no file behind.
 */
public final class DamagedReplicaException extends TailraceException {

    private final transient Damage damage;
    private final boolean salvageable;

    public DamagedReplicaException(Damage damage) {
        this(damage, damage.toString(), null, false, null);
    }

    public DamagedReplicaException(Damage damage, @Nullable Throwable cause) {
        this(damage, damage.toString(), null, false, cause);
    }

    private DamagedReplicaException(
            Damage damage, String message, @Nullable String location, boolean salvageable, @Nullable Throwable cause) {
        super(message, location, cause);
        this.damage = requireNonNull(damage, "damage");
        this.salvageable = salvageable;
    }

    /** What was found first; there may be more. */
    public Damage damage() {
        return damage;
    }

    /**
     * Whether a restore by best effort finds a state before the damage; the message says which. Where it would have taken
     * too much reading to prove that, the message says "perhaps", and best effort is still what to try.
     */
    public boolean isSalvageable() {
        return salvageable;
    }

    /**
     * The same failure, told for the replica at {@code location} and with what is left of it.
     *
     * @param left what can still be restored, as part of a sentence
     * @param somethingIsLeft whether anything can
     */
    public DamagedReplicaException told(String location, String left, boolean somethingIsLeft) {
        return new DamagedReplicaException(
                damage,
                "replica " + location + " is damaged: " + damage + "; " + left,
                location,
                somethingIsLeft,
                this);
    }
}
