// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

/** Takes pages of a database. */
interface PageSink {

    /** Needs none. */
    PageSink NONE = (page, bytes, offset, length) -> {};

    /**
     * A page, valid during the call only.
     *
     * @param page from 1
     */
    void page(long page, byte[] bytes, int offset, int length);
}
