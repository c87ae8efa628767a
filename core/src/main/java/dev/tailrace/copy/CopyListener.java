// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

/**
 * Is told how a copy goes on. Calls come from several threads, also at the same time; they must be quick, and must not throw.
 */
public interface CopyListener {

    /** Hears nothing. */
    CopyListener NONE = new CopyListener() {};

    /** It is known what there is to do; again each time that the source has changed meanwhile. */
    default void planned(CopyPlan plan) {}

    /**
     * An object was stored in the destination.
     *
     * @param key in the destination
     * @param bytes its size
     */
    default void copied(String key, long bytes) {}

    /**
     * An object was there already, and holds the same bytes.
     *
     * @param key in the destination
     * @param bytes its size
     */
    default void found(String key, long bytes) {}

    /** Something that the caller should know of, though it does not hinder the copy: one line. */
    default void warning(String message) {}
}
