// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

/**
 * How a generation's objects are named. Facts seen in replicas written by the real versions; all numbers are lower-case
 * hexadecimal.
 */
public enum ReplicaLayout {
    /** Litestream 0.3: {@code snapshots/<index8>.snapshot.lz4}, {@code wal/<index8>_<offset8>.wal.lz4}. */
    V03_FLAT("v0.3"),

    /** Early 2022, between the releases: {@code snapshots/<index8>.snapshot.lz4}, {@code wal/<index8>/<offset8>.wal.lz4}. */
    NESTED("nested"),

    /** 0.4.0-beta: {@code snapshots/<index16>.snapshot.lz4}, {@code wal/<index16>/<offset16>.wal.lz4}. */
    V04_BETA("v0.4-beta");

    private final String label;

    ReplicaLayout(String label) {
        this.label = label;
    }

    /** The name shown to people and in JSON. */
    @Override
    public String toString() {
        return label;
    }
}
