// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A way in which replicas are stored, by the name that the command knows it by. */
enum OracleLayout {
    V03_FLAT("v0.3", ReplicaLayout.V03_FLAT, null),
    NESTED("nested", ReplicaLayout.NESTED, null),
    V04_BETA("v0.4-beta", ReplicaLayout.V04_BETA, null),
    LTX_FOLDER("ltx", ReplicaLayout.V03_FLAT, LtxTree.LTX_FOLDER),
    LTX_LEVELS("ltx-levels", ReplicaLayout.V03_FLAT, LtxTree.LEVEL_FOLDERS);

    private final String label;
    private final ReplicaLayout followedAs;
    private final Optional<LtxTree> tree;

    OracleLayout(String label, ReplicaLayout followedAs, @Nullable LtxTree tree) {
        this.label = label;
        this.followedAs = followedAs;
        this.tree = Optional.ofNullable(tree);
    }

    static OracleLayout named(String label) {
        return Arrays.stream(values())
                .filter(layout -> layout.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no layout: " + label + "; there are " + labels()));
    }

    static String labels() {
        return Arrays.stream(values()).map(OracleLayout::toString).collect(Collectors.joining(", "));
    }

    /** The layout of the generations that the workload is followed by, which LTX files are then made of. */
    ReplicaLayout followedAs() {
        return followedAs;
    }

    /** Where LTX files go; empty for generations. */
    Optional<LtxTree> tree() {
        return tree;
    }

    @Override
    public String toString() {
        return label;
    }
}
