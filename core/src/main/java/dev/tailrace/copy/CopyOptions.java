// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.RetryPolicy;
import java.nio.file.Path;
import java.util.Optional;

/** How a copy is to be done. Immutable; made by {@link #builder()}. */
public final class CopyOptions {

    /** What {@link Builder#parallelism} is unless it is set. */
    public static final int DEFAULT_PARALLELISM = 16;

    private final Optional<ReplicaLayout> layout;
    private final Optional<LtxTree> tree;
    private final Optional<Generation> generation;
    private final int parallelism;
    private final boolean replace;
    private final Optional<Path> scratchFolder;
    private final RetryPolicy retries;
    private final CopyListener listener;

    private CopyOptions(Builder builder) {
        layout = builder.layout;
        tree = builder.tree;
        generation = builder.generation;
        parallelism = builder.parallelism;
        replace = builder.replace;
        scratchFolder = builder.scratchFolder;
        retries = builder.retries;
        listener = builder.listener;
    }

    /** Everything, named as it is, {@value #DEFAULT_PARALLELISM} objects at a time, nothing replaced. */
    public static CopyOptions defaults() {
        return builder().build();
    }

    /** A builder set to {@link #defaults()}. */
    public static Builder builder() {
        return new Builder();
    }

    /** How generations are to be named in the destination; empty for how it names them already, else as in the source. */
    public Optional<ReplicaLayout> layout() {
        return layout;
    }

    /** Where LTX files are to lie in the destination; empty for where some lie already, else as in the source. */
    public Optional<LtxTree> tree() {
        return tree;
    }

    /** The only generation that is copied, and no LTX file; empty for everything. */
    public Optional<Generation> generation() {
        return generation;
    }

    /** How many objects may be on their way at once, at least 1. */
    public int parallelism() {
        return parallelism;
    }

    /** Whether an object of the destination is replaced where the source has other bytes for it. */
    public boolean replace() {
        return replace;
    }

    /** Where large objects are kept between reading and writing; empty for the system's folder for temporary files. */
    public Optional<Path> scratchFolder() {
        return scratchFolder;
    }

    /** How long reading and listing go on after a lost connection; writing is tried again by the stores alone. */
    public RetryPolicy retries() {
        return retries;
    }

    public CopyListener listener() {
        return listener;
    }

    /** Makes {@link CopyOptions}. Each method sets one of them and gives this builder back. */
    public static final class Builder {

        private Optional<ReplicaLayout> layout = Optional.empty();
        private Optional<LtxTree> tree = Optional.empty();
        private Optional<Generation> generation = Optional.empty();
        private int parallelism = DEFAULT_PARALLELISM;
        private boolean replace;
        private Optional<Path> scratchFolder = Optional.empty();
        private RetryPolicy retries = RetryPolicy.DEFAULT;
        private CopyListener listener = CopyListener.NONE;

        private Builder() {}

        public Builder layout(ReplicaLayout newLayout) {
            layout = Optional.of(newLayout);
            return this;
        }

        public Builder tree(LtxTree newTree) {
            tree = Optional.of(newTree);
            return this;
        }

        public Builder generation(Generation onlyOne) {
            generation = Optional.of(onlyOne);
            return this;
        }

        /** Sets how many objects may be on their way at once, at least 1. */
        public Builder parallelism(int objects) {
            if (objects < 1) {
                throw new IllegalArgumentException("parallelism must be at least 1, not " + objects);
            }
            parallelism = objects;
            return this;
        }

        public Builder replace(boolean replacing) {
            replace = replacing;
            return this;
        }

        public Builder scratchFolder(Path folder) {
            scratchFolder = Optional.of(folder);
            return this;
        }

        public Builder retries(RetryPolicy policy) {
            retries = requireNonNull(policy, "policy");
            return this;
        }

        public Builder listener(CopyListener newListener) {
            listener = requireNonNull(newListener, "newListener");
            return this;
        }

        public CopyOptions build() {
            return new CopyOptions(this);
        }
    }
}
