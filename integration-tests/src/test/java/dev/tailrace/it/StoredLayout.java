// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.replica.LtxTree;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A way in which some version of Litestream lays its objects out, with the fixtures that have it. */
public enum StoredLayout {
    V03("v03-flat", "0.3", null),
    EARLY_2022("seed-nested", "early 2022", null),
    V04_BETA("v04-nested16", "0.4 beta", null),
    V05("ltx", "0.5, ltx/0", LtxTree.LTX_FOLDER),
    V05_LEVELS("ltx", "0.5, 0000", LtxTree.LEVEL_FOLDERS);

    private final String fixtures;
    private final String title;
    private final Optional<LtxTree> tree;

    StoredLayout(String fixtures, String title, @Nullable LtxTree tree) {
        this.fixtures = fixtures;
        this.title = title;
        this.tree = Optional.ofNullable(tree);
    }

    /** How LTX files are named; empty for generations. */
    public Optional<LtxTree> tree() {
        return tree;
    }

    public List<ReplicaFixture> fixtures() throws IOException {
        return ReplicaFixtures.of(fixtures);
    }

    /** The smallest of them. */
    public ReplicaFixture small() throws IOException {
        return ReplicaFixtures.of(fixtures, "tiny");
    }

    /** A fixture as it is in this layout, in memory. */
    public InMemoryObjectStore inMemory(ReplicaFixture fixture) throws IOException {
        return tree.isPresent() ? LtxFixtureTest.inTree(fixture, tree.get()) : fixture.inMemory();
    }

    /** Stores a fixture in this layout, with its times. */
    public void copy(ReplicaFixture fixture, ObjectStore target) throws IOException {
        if (tree.isPresent()) {
            LtxFixtureTest.copyInTree(fixture, tree.get(), target);
        } else {
            fixture.copyTo(target);
        }
    }

    /** As the documentation names it. */
    @Override
    public String toString() {
        return title;
    }
}
