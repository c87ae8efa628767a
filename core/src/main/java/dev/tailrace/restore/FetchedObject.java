// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.store.ObjectInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * How far an object has been given out in pieces, and those of them that are read ahead and not yet taken. Guarded by the
 * lock of its {@link ObjectFetcher}.
 */
final class FetchedObject {

    private final ObjectInfo info;
    private final FetchLimits limits;
    private final Deque<FetchedPiece> pieces = new ArrayDeque<>();
    private long given;
    private boolean allGiven;

    FetchedObject(ObjectInfo info, FetchLimits limits) {
        this.info = info;
        this.limits = limits;
    }

    ObjectInfo info() {
        return info;
    }

    boolean isLarge() {
        return info.size() > limits.rangeSize();
    }

    boolean allGiven() {
        return allGiven;
    }

    /** How many bytes the next piece is expected to have. */
    long nextSize() {
        long left = info.size() - given;
        return isLarge() ? Math.min(left, limits.rangeOf(left)) : left;
    }

    /** Gives out the next piece. */
    FetchedPiece give() {
        long from = given;
        given += nextSize();
        allGiven = given >= info.size();
        // The last one reads to the end, wherever that is: more than was listed is not to go unnoticed.
        return new FetchedPiece(info, from, allGiven ? Long.MAX_VALUE : given, isLarge());
    }

    /** Gives out no more. */
    void end() {
        allGiven = true;
    }

    /** The pieces that are read ahead, in their order. */
    Deque<FetchedPiece> pieces() {
        return pieces;
    }

    /** The piece to be taken next, if it is read ahead. */
    Optional<FetchedPiece> take() {
        return Optional.ofNullable(pieces.poll());
    }
}
