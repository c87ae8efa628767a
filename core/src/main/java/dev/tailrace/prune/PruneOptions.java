// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Generation;
import dev.tailrace.restore.VerifyLevel;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to stay, and how sure one wants to be before anything goes. Immutable; made by {@link #builder()}, and never without
 * a rule: of several rules each must let an object go.
 */
public final class PruneOptions {

    private final Optional<Duration> keep;
    private final Optional<Instant> before;
    private final OptionalInt keepGenerations;
    private final Set<Generation> keptWhole;
    private final VerifyLevel level;
    private final PruneListener listener;
    private final InstantSource clock;

    private PruneOptions(Builder builder) {
        keep = builder.keep;
        before = builder.before;
        keepGenerations = builder.keepGenerations;
        keptWhole = Set.copyOf(builder.keptWhole);
        level = builder.level;
        listener = builder.listener;
        clock = builder.clock;
    }

    /** A builder without a rule yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** How far back from now all states stay; empty if that is no rule. */
    public Optional<Duration> keep() {
        return keep;
    }

    /** From when on all states stay; empty if that is no rule. */
    public Optional<Instant> before() {
        return before;
    }

    /** How many of the newest generations that can be restored stay, at least 1; empty if that is no rule. */
    public OptionalInt keepGenerations() {
        return keepGenerations;
    }

    /** The generations of which nothing is deleted. If there are any, damage elsewhere is no reason to refuse. */
    public Set<Generation> keptWhole() {
        return keptWhole;
    }

    /** How far to look for damage before anything is deleted. */
    public VerifyLevel level() {
        return level;
    }

    public PruneListener listener() {
        return listener;
    }

    /** What tells from when on the time is counted back. */
    public InstantSource clock() {
        return clock;
    }

    /**
     * Where the window begins: at the earliest moment that any rule names.
     *
     * @return empty if no rule is about time
     * @throws IllegalArgumentException if a rule names a moment after {@code now}
     */
    Optional<Instant> windowStart(Instant now) {
        Optional<Instant> kept = keep.map(duration -> back(now, duration));
        if (before.isPresent() && before.get().isAfter(now)) {
            throw new IllegalArgumentException(
                    "what is before " + before.get() + " is not all there yet: it is " + now + " now");
        }
        if (kept.isEmpty() || before.isEmpty()) {
            return kept.or(() -> before);
        }
        return kept.get().isBefore(before.get()) ? kept : before;
    }

    private static Instant back(Instant now, Duration duration) {
        try {
            return now.minus(duration);
        } catch (DateTimeException | ArithmeticException e) {
            return Instant.MIN;
        }
    }

    /** Sets the rules. */
    public static final class Builder {

        private Optional<Duration> keep = Optional.empty();
        private Optional<Instant> before = Optional.empty();
        private OptionalInt keepGenerations = OptionalInt.empty();
        private final Set<Generation> keptWhole = new TreeSet<>();
        private VerifyLevel level = VerifyLevel.NAMES;
        private PruneListener listener = PruneListener.NONE;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /**
         * How far back from now every state stays, the one at the very beginning of that time included.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder keep(Duration wanted) {
            if (wanted.isNegative()) {
                throw new IllegalArgumentException("a time back cannot be negative, found " + wanted);
            }
            keep = Optional.of(wanted);
            return this;
        }

        /** From when on every state stays, the one at that very moment included. */
        public Builder before(Instant wanted) {
            before = Optional.of(wanted);
            return this;
        }

        /**
         * How many of the newest generations that can be restored stay. It says nothing of LTX files, which have none: those
         * stay, unless a rule about time is given too.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder keepGenerations(int number) {
            if (number < 1) {
                throw new IllegalArgumentException("at least one generation must stay, found " + number);
            }
            keepGenerations = OptionalInt.of(number);
            return this;
        }

        /**
         * A generation of which nothing is deleted; may be called for several. It also says that the replica may be damaged: a
         * generation with a hole, or without a snapshot, then goes as a whole or stays as a whole.
         */
        public Builder keepWhole(Generation wanted) {
            keptWhole.add(requireNonNull(wanted, "generation"));
            return this;
        }

        /** How far to look for damage before anything is deleted; {@link VerifyLevel#NAMES} unless set. */
        public Builder level(VerifyLevel wanted) {
            level = requireNonNull(wanted, "level");
            return this;
        }

        /** Who is told of what is deleted. */
        public Builder listener(PruneListener wanted) {
            listener = requireNonNull(wanted, "listener");
            return this;
        }

        /** What tells the time; the system's clock unless set. */
        public Builder clock(InstantSource wanted) {
            clock = requireNonNull(wanted, "clock");
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if there is no rule
         */
        public PruneOptions build() {
            if (keep.isEmpty() && before.isEmpty() && keepGenerations.isEmpty()) {
                throw new IllegalArgumentException(
                        "what is to stay must be said: a time back, a moment, or a number of generations");
            }
            return new PruneOptions(this);
        }
    }
}
