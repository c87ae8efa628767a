// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.WalSegmentInfo;
import java.util.Optional;

/** Whether the times of a generation's segments grow with their positions, as they do unless a copy has lost them. */
final class SegmentTimes {

    private SegmentTimes() {}

    /** One line on all that is out of order; empty if nothing is. */
    static Optional<String> disorder(GenerationCatalog catalog) {
        WalSegmentInfo before = null;
        WalSegmentInfo first = null;
        WalSegmentInfo afterFirst = null;
        int places = 0;
        for (WalSegmentInfo segment : catalog.segments()) {
            if (before != null && before.createdAt().isAfter(segment.createdAt())) {
                places++;
                if (first == null) {
                    first = before;
                    afterFirst = segment;
                }
            }
            before = segment;
        }
        if (first == null || afterFirst == null) {
            return Optional.empty();
        }
        return Optional.of("the times of the WAL segments are out of order in " + places
                + (places == 1 ? " place" : " places") + ", first where " + first.position() + " of "
                + first.createdAt() + " is followed by " + afterFirst.position() + " of " + afterFirst.createdAt()
                + ": a copy may have lost them, and a timestamp may mean another state than it did");
    }
}
