// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.WalSegmentInfo;
import java.util.List;

/**
 * One WAL file of a plan, in its pieces.
 *
 * @param index its number
 * @param segments ascending by offset, the first at offset 0; at least one
 * @param end where reading stops, in bytes of the uncompressed file: frames that reach beyond it do not count.
 *     {@link Long#MAX_VALUE} for all there is
 * @param followed whether the replica holds WAL of a later index, so that this one must end in a commit
 */
public record WalIndex(long index, List<WalSegmentInfo> segments, long end, boolean followed) {

    public WalIndex {
        segments = List.copyOf(segments);
        if (segments.isEmpty() || segments.get(0).offset() != 0) {
            throw new IllegalArgumentException("a WAL index begins with a segment at offset 0");
        }
    }

    /** All there is of a WAL file that is the last one. */
    public WalIndex(long index, List<WalSegmentInfo> segments) {
        this(index, segments, Long.MAX_VALUE, false);
    }

    /** Stored bytes, compressed. */
    public long bytes() {
        return segments.stream().mapToLong(WalSegmentInfo::size).sum();
    }

    WalSegmentInfo lastSegment() {
        return segments.get(segments.size() - 1);
    }
}
