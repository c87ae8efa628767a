// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Generation;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;

/** How a restore is to be done. Immutable; made by {@link #builder()}. */
public final class RestoreOptions {

    /** What {@link Builder#parallelism} is unless it is set. */
    public static final int DEFAULT_PARALLELISM = 8;

    /** What {@link Builder#requests} is unless it is set. */
    public static final int DEFAULT_REQUESTS = 32;

    private final RestoreTarget target;
    private final Optional<Generation> generation;
    private final OptionalLong snapshotIndex;
    private final int parallelism;
    private final int requests;
    private final Optional<Executor> executor;
    private final Set<PosixFilePermission> fileMode;
    private final boolean bestEffort;
    private final boolean exact;
    private final boolean replaceExisting;
    private final DatabaseCheck check;
    private final RestoreListener listener;
    private final InstantSource clock;

    private RestoreOptions(Builder builder) {
        target = builder.target;
        generation = builder.generation;
        snapshotIndex = builder.snapshotIndex;
        parallelism = builder.parallelism;
        requests = builder.requests;
        executor = builder.executor;
        fileMode = Set.copyOf(builder.fileMode);
        bestEffort = builder.bestEffort;
        exact = builder.exact;
        replaceExisting = builder.replaceExisting;
        check = builder.check;
        listener = builder.listener;
        clock = builder.clock;
    }

    /** The newest state of the newest generation, mode 0600, {@value #DEFAULT_PARALLELISM} at a time. */
    public static RestoreOptions defaults() {
        return builder().build();
    }

    /** A builder set to {@link #defaults()}. */
    public static Builder builder() {
        return new Builder();
    }

    public RestoreTarget target() {
        return target;
    }

    /** The generation to restore from; empty for the one with the newest data. */
    public Optional<Generation> generation() {
        return generation;
    }

    /** The snapshot to start from; empty for the newest that serves. */
    public OptionalLong snapshotIndex() {
        return snapshotIndex;
    }

    /**
     * How many pieces of work may go on at once, at least 1, and how many ranges of a large object may be asked for at once.
     * The machine's processors and the heap limit the work too.
     */
    public int parallelism() {
        return parallelism;
    }

    /** How many requests for objects may go on at once, at least 1. The store and the memory for reading ahead limit it too. */
    public int requests() {
        return requests;
    }

    /** Where the work is run; empty for threads that the restore makes and ends itself. */
    public Optional<Executor> executor() {
        return executor;
    }

    /** The permissions of the restored file, from the moment its temporary file exists. */
    public Set<PosixFilePermission> fileMode() {
        return fileMode;
    }

    /** Whether damage ends the restore before it, at the last whole transaction, instead of failing it. */
    public boolean bestEffort() {
        return bestEffort;
    }

    /** Whether a timestamp is refused at which the replica no longer tells one state from others. */
    public boolean exact() {
        return exact;
    }

    /** Whether a database that stands at the target is replaced. */
    public boolean replaceExisting() {
        return replaceExisting;
    }

    /** What is asked about the restored file before it is put in its place. */
    public DatabaseCheck check() {
        return check;
    }

    public RestoreListener listener() {
        return listener;
    }

    /** What tells whether a timestamp lies in the future. */
    public InstantSource clock() {
        return clock;
    }

    /** The same, but for nobody who is told how it goes on. */
    RestoreOptions withoutListener() {
        Builder same = builder()
                .target(target)
                .parallelism(parallelism)
                .requests(requests)
                .fileMode(fileMode)
                .bestEffort(bestEffort)
                .exact(exact)
                .replaceExisting(replaceExisting)
                .check(check)
                .clock(clock);
        generation.ifPresent(same::generation);
        snapshotIndex.ifPresent(same::snapshotIndex);
        executor.ifPresent(same::executor);
        return same.build();
    }

    /** Sets what differs from {@link RestoreOptions#defaults()}. */
    public static final class Builder {

        private RestoreTarget target = RestoreTarget.latest();
        private Optional<Generation> generation = Optional.empty();
        private OptionalLong snapshotIndex = OptionalLong.empty();
        private int parallelism = DEFAULT_PARALLELISM;
        private int requests = DEFAULT_REQUESTS;
        private Optional<Executor> executor = Optional.empty();
        private Set<PosixFilePermission> fileMode = PosixFilePermissions.fromString("rw-------");
        private boolean bestEffort;
        private boolean exact;
        private boolean replaceExisting;
        private DatabaseCheck check = DatabaseCheck.NONE;
        private RestoreListener listener = RestoreListener.NONE;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /** Which state is wanted. */
        public Builder target(RestoreTarget wanted) {
            target = requireNonNull(wanted, "target");
            return this;
        }

        /** The generation to restore from. */
        public Builder generation(Generation wanted) {
            generation = Optional.of(wanted);
            return this;
        }

        /**
         * The snapshot to start from.
         *
         * @param index at least 0
         */
        public Builder snapshotIndex(long index) {
            if (index < 0) {
                throw new IllegalArgumentException("snapshot index required, found " + index);
            }
            snapshotIndex = OptionalLong.of(index);
            return this;
        }

        /** How many pieces of work may go on at once; less than 1 stands for the default. */
        public Builder parallelism(int number) {
            parallelism = number < 1 ? DEFAULT_PARALLELISM : number;
            return this;
        }

        /**
         * How many requests for objects may go on at once, so that the store's delay does not add up; 1 reads nothing ahead
         * of whoever decodes it.
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

        /**
         * Where the work is run. It must run what it is given at once, each on a thread of its own, up to the parallelism;
         * reading ahead takes whatever threads it has beyond that. The restore never shuts it down. If it refuses the work,
         * or is shut down meanwhile, the restore ends with {@link dev.tailrace.error.RestoreCancelledException}.
         */
        public Builder executor(Executor wanted) {
            executor = Optional.of(wanted);
            return this;
        }

        /** The permissions of the restored file; stores without POSIX permissions leave them out. */
        public Builder fileMode(Set<PosixFilePermission> permissions) {
            fileMode = Set.copyOf(permissions);
            return this;
        }

        /**
         * Whether a timestamp is refused at which the replica no longer tells one state from others: where the transactions
         * around it were compacted into one file. Else the state before them is taken. Of replicas of Litestream 0.5 only; the
         * older ones never tell the transactions of one segment from each other by time.
         */
        public Builder exact(boolean wanted) {
            exact = wanted;
            return this;
        }

        /**
         * Whether damage ends the restore before it, at the last whole transaction, instead of failing it. What was left out
         * is in the plan.
         */
        public Builder bestEffort(boolean wanted) {
            bestEffort = wanted;
            return this;
        }

        /**
         * Whether a database that stands at the target is replaced, with its {@code -wal}, {@code -shm} and
         * {@code -journal}: in one step, at the end, without opening it.
         */
        public Builder replaceExisting(boolean wanted) {
            replaceExisting = wanted;
            return this;
        }

        /** What is asked about the restored file before it is put in its place. */
        public Builder check(DatabaseCheck wanted) {
            check = requireNonNull(wanted, "check");
            return this;
        }

        /** Who is told how it goes on. */
        public Builder listener(RestoreListener wanted) {
            listener = requireNonNull(wanted, "listener");
            return this;
        }

        /** What tells whether a timestamp lies in the future; the system's clock unless set. */
        public Builder clock(InstantSource wanted) {
            clock = requireNonNull(wanted, "clock");
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if a generation is set, and the target is a position in another one
         */
        public RestoreOptions build() {
            if (target instanceof RestoreTarget.AtPosition at
                    && generation.isPresent()
                    && !generation.get().equals(at.position().generation())) {
                throw new IllegalArgumentException(
                        "position " + at.position() + " does not lie in generation " + generation.get());
            }
            return new RestoreOptions(this);
        }
    }
}
