// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link Verifier} found.
 *
 * @param location the replica, as a URL with its secrets masked
 * @param level how far it looked
 * @param outcome what it comes to
 * @param since what had been verified before and was not read again; empty if all was read
 * @param generations those that were looked at, by name
 * @param damages what is wrong, in the order of the history; in one WAL index, and in one snapshot, the first thing only
 * @param openQuestions what looks wrong, but is right if an upload is still to come
 * @param notes what is worth knowing and not wrong, one line each
 * @param latest the newest state that was proved; empty if there is none, or nothing was read
 * @param newest when the object was made that holds it; where nothing was read, when the newest object was; empty if there
 *     is none
 * @param age how long ago that was, at least 0
 * @param objects how many objects were read
 * @param requests how many requests that took, besides the listings
 * @param bytesRead how many stored bytes were read
 * @param duration how long it took
 */
public record Verification(
        String location,
        VerifyLevel level,
        Outcome outcome,
        Optional<Position> since,
        List<VerifiedGeneration> generations,
        List<VerifiedDamage> damages,
        List<VerifiedDamage> openQuestions,
        List<String> notes,
        Optional<Position> latest,
        Optional<Instant> newest,
        Optional<Duration> age,
        long objects,
        long requests,
        long bytesRead,
        Duration duration) {

    /** What a verification comes to: the first of these that holds, from below. */
    public enum Outcome {
        /** Nothing is wrong, as far as the level sees. */
        OK,
        /** Nothing is wrong, but the newest state is older than wanted. */
        STALE,
        /** There is nothing that could be restored, and nothing that claims to be. */
        EMPTY,
        /** Something looks wrong, but is right if an upload is still to come. */
        INCONCLUSIVE,
        /** Something is wrong: some state cannot be restored, or not as it was. */
        DAMAGED
    }

    public Verification {
        requireNonNull(location, "location");
        requireNonNull(level, "level");
        requireNonNull(outcome, "outcome");
        requireNonNull(since, "since");
        generations = List.copyOf(generations);
        damages = List.copyOf(damages);
        openQuestions = List.copyOf(openQuestions);
        notes = List.copyOf(notes);
        requireNonNull(latest, "latest");
        requireNonNull(newest, "newest");
        requireNonNull(age, "age");
        requireNonNull(duration, "duration");
    }
}
