// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

/** How far a {@link Verifier} looks. Each level also does what {@link #DATA} does, but for {@link #NAMES}. */
public enum VerifyLevel {
    /** The listings alone: WAL indexes that are missing, names that cannot be, generations without a snapshot. */
    NAMES,
    /** Every byte: each object is read once, and each checksum, join between WAL indexes and page is proved. No disk. */
    DATA,
    /**
     * And each snapshot is compared with what the WAL before it makes of the snapshot before: shows WAL that is lost where
     * neither names nor checksums can. Takes 8 bytes of memory for each page of the database.
     */
    CHAIN,
    /** And the newest state is restored into a scratch folder, and asked about there. Takes the disk space of the database. */
    RESTORE
}
