// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.wal.WalHeader;
import java.util.Optional;

/**
 * What reading a step of a history gave.
 *
 * @param header of its WAL, if that could be proved
 * @param frames of its WAL: all, or those before the damage; not to be kept
 * @param walDamage what ended the reading of its WAL
 * @param snapshot how large its snapshot is; empty if there is none, or it is damaged
 * @param snapshotDamage what is wrong with its snapshot
 */
record StepReading(
        Optional<WalHeader> header,
        FrameList frames,
        Optional<Damage> walDamage,
        Optional<SnapshotSize> snapshot,
        Optional<Damage> snapshotDamage) {

    /**
     * The database that a snapshot is.
     *
     * @param pages how many
     * @param pageSize in bytes
     */
    record SnapshotSize(long pages, int pageSize) {}
}
