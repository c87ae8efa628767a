// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

/** Shows how far a restore has come. Calls come from several threads, one at a time. */
interface ProgressDisplay {

    /** Shows nothing. */
    ProgressDisplay NONE = new ProgressDisplay() {};

    /**
     * More has been read.
     *
     * @param done stored bytes read so far
     * @param total stored bytes to read in all, at least {@code done}
     */
    default void advance(long done, long total) {}

    /** All is read and written; what is left takes unknown time. */
    default void finishing() {}

    /** Nothing is shown from now on. */
    default void close() {}
}
