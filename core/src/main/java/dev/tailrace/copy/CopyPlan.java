// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import java.util.List;

/**
 * What there is to copy, as one listing of each side told it.
 *
 * @param source where from, for messages
 * @param destination where to, for messages
 * @param parts in the order they are copied, those with the newest data first
 * @param foreign names in the source that are not Litestream's, and are left where they are; at most some of each folder
 * @param foreignObjects how many objects of such names lie in the replica's own folders
 */
public record CopyPlan(String source, String destination, List<Part> parts, List<String> foreign, long foreignObjects) {

    public CopyPlan {
        parts = List.copyOf(parts);
        foreign = List.copyOf(foreign);
    }

    /**
     * A generation, or all LTX files of one tree.
     *
     * @param name for people
     * @param from how its objects are named in the source
     * @param to how they are to be named in the destination
     * @param objects how many the source has of use
     * @param bytes of them together
     * @param there how many of them the destination has an object for; they will be compared
     * @param thereBytes of them together
     */
    public record Part(String name, String from, String to, long objects, long bytes, long there, long thereBytes) {}

    /** How many objects are to be copied or compared. */
    public long objects() {
        return parts.stream().mapToLong(Part::objects).sum();
    }

    /** Of them together. */
    public long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** How many objects the destination has already. */
    public long there() {
        return parts.stream().mapToLong(Part::there).sum();
    }

    /** Of them together. */
    public long thereBytes() {
        return parts.stream().mapToLong(Part::thereBytes).sum();
    }
}
