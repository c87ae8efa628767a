// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;

/** How a replica is to be verified. Immutable; made by {@link #builder()}. */
public final class VerifyOptions {

    private final VerifyLevel level;
    private final Optional<Generation> generation;
    private final Optional<Position> since;
    private final Optional<Duration> maxAge;
    private final int parallelism;
    private final int requests;
    private final Optional<Executor> executor;
    private final Optional<Path> scratchFolder;
    private final DatabaseCheck check;
    private final RestoreListener listener;
    private final InstantSource clock;

    private VerifyOptions(Builder builder) {
        level = builder.level;
        generation = builder.generation;
        since = builder.since;
        maxAge = builder.maxAge;
        parallelism = builder.parallelism;
        requests = builder.requests;
        executor = builder.executor;
        scratchFolder = builder.scratchFolder;
        check = builder.check;
        listener = builder.listener;
        clock = builder.clock;
    }

    /** {@link VerifyLevel#DATA}, of all generations, however old. */
    public static VerifyOptions defaults() {
        return builder().build();
    }

    /** A builder set to {@link #defaults()}. */
    public static Builder builder() {
        return new Builder();
    }

    public VerifyLevel level() {
        return level;
    }

    /** The generation to look at; empty for all. */
    public Optional<Generation> generation() {
        return generation;
    }

    /** Up to where all was verified before. */
    public Optional<Position> since() {
        return since;
    }

    /** How old the newest state may be; empty for any age. */
    public Optional<Duration> maxAge() {
        return maxAge;
    }

    /** How many WAL indexes and snapshots may be decoded at once, at least 1; processors and heap limit it too. */
    public int parallelism() {
        return parallelism;
    }

    /** How many requests for objects may go on at once, at least 1. */
    public int requests() {
        return requests;
    }

    /** Where the work is run; empty for threads that are made and ended for it. */
    public Optional<Executor> executor() {
        return executor;
    }

    /** Where {@link VerifyLevel#RESTORE} restores to; empty for the system's folder for temporary files. */
    public Optional<Path> scratchFolder() {
        return scratchFolder;
    }

    /** What {@link VerifyLevel#RESTORE} asks about the restored database. */
    public DatabaseCheck check() {
        return check;
    }

    /** Is told how many bytes are read. */
    public RestoreListener listener() {
        return listener;
    }

    /** What tells the age. */
    public InstantSource clock() {
        return clock;
    }

    /** Those of a restore of the newest state that takes no more, and asks the same. */
    RestoreOptions restore() {
        RestoreOptions.Builder wanted = RestoreOptions.builder()
                .parallelism(parallelism)
                .requests(requests)
                .check(check)
                .listener(listener)
                .clock(clock);
        generation.ifPresent(wanted::generation);
        executor.ifPresent(wanted::executor);
        return wanted.build();
    }

    /** Sets what differs from {@link VerifyOptions#defaults()}. */
    public static final class Builder {

        private VerifyLevel level = VerifyLevel.DATA;
        private Optional<Generation> generation = Optional.empty();
        private Optional<Position> since = Optional.empty();
        private Optional<Duration> maxAge = Optional.empty();
        private int parallelism = RestoreOptions.DEFAULT_PARALLELISM;
        private int requests = RestoreOptions.DEFAULT_REQUESTS;
        private Optional<Executor> executor = Optional.empty();
        private Optional<Path> scratchFolder = Optional.empty();
        private DatabaseCheck check = DatabaseCheck.NONE;
        private RestoreListener listener = RestoreListener.NONE;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /** How far to look. */
        public Builder level(VerifyLevel wanted) {
            level = requireNonNull(wanted, "level");
            return this;
        }

        /** The only generation to look at. */
        public Builder generation(Generation wanted) {
            generation = Optional.of(wanted);
            return this;
        }

        /**
         * Up to where all was verified before, as {@link Verification#latest()} told then: what is older is not read again,
         * but for the WAL index of that position, nor are generations that were written last before it.
         */
        public Builder since(Position wanted) {
            since = Optional.of(wanted);
            return this;
        }

        /**
         * How old the newest state may be.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxAge(Duration wanted) {
            if (wanted.isNegative()) {
                throw new IllegalArgumentException("an age cannot be negative, found " + wanted);
            }
            maxAge = Optional.of(wanted);
            return this;
        }

        /** How much may be decoded at once; less than 1 stands for the default. */
        public Builder parallelism(int number) {
            parallelism = number < 1 ? RestoreOptions.DEFAULT_PARALLELISM : number;
            return this;
        }

        /**
         * How many requests for objects may go on at once.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder requests(int number) {
            if (number < 1) {
                throw new IllegalArgumentException("at least one request at a time is needed, found " + number);
            }
            requests = number;
            return this;
        }

        /** Where the work is run, on the terms of {@link RestoreOptions.Builder#executor}. */
        public Builder executor(Executor wanted) {
            executor = Optional.of(wanted);
            return this;
        }

        /** Where {@link VerifyLevel#RESTORE} makes its scratch folder, which it removes. */
        public Builder scratchFolder(Path wanted) {
            scratchFolder = Optional.of(wanted);
            return this;
        }

        /** What {@link VerifyLevel#RESTORE} asks about the restored database. */
        public Builder check(DatabaseCheck wanted) {
            check = requireNonNull(wanted, "check");
            return this;
        }

        /** Who is told of the bytes that are read. */
        public Builder listener(RestoreListener wanted) {
            listener = requireNonNull(wanted, "listener");
            return this;
        }

        /** What tells the age; the system's clock unless set. */
        public Builder clock(InstantSource wanted) {
            clock = requireNonNull(wanted, "clock");
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if there is a position to begin at, but not {@link VerifyLevel#DATA}, or another
         *     generation than that of the position
         */
        public VerifyOptions build() {
            if (since.isPresent() && level != VerifyLevel.DATA) {
                throw new IllegalArgumentException("only the level data can go on from a position: the others look at"
                        + " all of a replica or read nothing of it");
            }
            if (since.isPresent()
                    && generation.isPresent()
                    && !since.get().generation().equals(generation.get())) {
                throw new IllegalArgumentException(
                        "position " + since.get() + " does not lie in generation " + generation.get());
            }
            return new VerifyOptions(this);
        }
    }
}
