// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

/**
 * Is told how a restore goes on. Calls come from several threads, also at the same time; they must be quick, and must not
 * throw.
 */
public interface RestoreListener {

    /** Hears nothing. */
    RestoreListener NONE = new RestoreListener() {};

    /** The plan is made; reading begins. */
    default void planned(RestorePlan plan) {}

    /** The plan is made for a replica of Litestream 0.5; reading begins. */
    default void planned(LtxRestorePlan plan) {}

    /** So many more stored bytes have been read. Their sum comes to the plan's bytes or more. */
    default void read(long bytes) {}

    /** All pages are written; the file is being made durable and put in its place. */
    default void publishing() {}

    /** Something that the caller should know of, though it does not hinder the restore: one line. */
    default void warning(String message) {}
}
