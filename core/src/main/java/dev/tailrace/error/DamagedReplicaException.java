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

    public DamagedReplicaException(Damage damage) {
        this(damage, damage.toString(), null, null);
    }

    public DamagedReplicaException(Damage damage, @Nullable Throwable cause) {
        this(damage, damage.toString(), null, cause);
    }

    private DamagedReplicaException(
            Damage damage, String message, @Nullable String location, @Nullable Throwable cause) {
        super(message, location, cause);
        this.damage = requireNonNull(damage, "damage");
    }

    /** What was found first; there may be more. */
    public Damage damage() {
        return damage;
    }

    /**
     * The same failure, told for the replica at {@code location} and with what the caller can still do.
     *
     * @param advice the next step, as a sentence part such as "the state before it can be restored with …"
     */
    public DamagedReplicaException told(String location, String advice) {
        return new DamagedReplicaException(
                damage, "replica " + location + " is damaged: " + damage + "; " + advice, location, this);
    }
}
