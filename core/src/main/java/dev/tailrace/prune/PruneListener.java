// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

/** Is told how pruning goes on, by the thread that prunes; must be quick, and must not throw. */
public interface PruneListener {

    /** Hears nothing. */
    PruneListener NONE = new PruneListener() {};

    /** The replica is listed and decided upon; deleting begins. */
    default void began(long objects, long bytes) {}

    /** So many more objects of so many stored bytes are gone. */
    default void deleted(long objects, long bytes) {}
}
