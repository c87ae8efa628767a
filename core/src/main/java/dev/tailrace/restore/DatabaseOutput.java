// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.TailraceException;
import java.nio.ByteBuffer;

/** Where the pages of a restored database go. Written to by many threads at once. */
interface DatabaseOutput {

    /** Keeps nothing: for a restore that is only to show that it would succeed. */
    DatabaseOutput NOWHERE = new DatabaseOutput() {

        @Override
        public void write(ByteBuffer bytes, long position) {}

        @Override
        public boolean read(ByteBuffer bytes, long position) {
            return false;
        }

        @Override
        public void complete(long size) {}
    };

    /** Writes bytes of the database; no byte comes twice. */
    void write(ByteBuffer bytes, long position) throws TailraceException;

    /**
     * Reads back what was written, after all writing.
     *
     * @param bytes is filled, with zeros where nothing was written
     * @return false if nothing is kept
     */
    boolean read(ByteBuffer bytes, long position) throws TailraceException;

    /**
     * Ends the writing.
     *
     * @param size of the whole database, in bytes
     */
    void complete(long size) throws TailraceException;
}
