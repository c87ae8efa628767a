// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.LtxTree;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an {@link LtxVerifier} found.
 *
 * @param location the replica, as a URL with its secrets masked
 * @param tree how its files are named
 * @param level how far it looked
 * @param outcome what it comes to; never {@link Verification.Outcome#INCONCLUSIVE}
 * @param files how many files there are, in all levels
 * @param states how many states can be restored, as names tell
 * @param damages what is wrong: holes between files first, then files by their transactions, in each the first thing only
 * @param latest the newest state that was proved, with the time in its file's header, or the store's if that is earlier; where
 *     nothing was read, the newest that names lead to, with the store's time; empty if there is none
 * @param age how long ago that was, at least 0
 * @param objects how many files were read
 * @param requests how many requests that took, besides the listings
 * @param bytesRead how many stored bytes were read
 * @param duration how long it took
 */
public record LtxVerification(
        String location,
        LtxTree tree,
        VerifyLevel level,
        Verification.Outcome outcome,
        int files,
        int states,
        List<Damage> damages,
        Optional<LtxRestorePlan.State> latest,
        Optional<Duration> age,
        long objects,
        long requests,
        long bytesRead,
        Duration duration) {

    public LtxVerification {
        requireNonNull(location, "location");
        requireNonNull(tree, "tree");
        requireNonNull(level, "level");
        requireNonNull(outcome, "outcome");
        damages = List.copyOf(damages);
        requireNonNull(latest, "latest");
        requireNonNull(age, "age");
        requireNonNull(duration, "duration");
    }
}
