// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import java.util.OptionalLong;

/** What an object of a replica must be. */
sealed interface ObjectForm {

    /** A whole database, compressed. */
    record Snapshot() implements ObjectForm {}

    /**
     * A piece of a WAL file, compressed.
     *
     * @param offset where it begins, in bytes of the uncompressed WAL file
     * @param end where the next one begins; empty if there is none in that WAL file
     */
    record WalSegment(long offset, OptionalLong end) implements ObjectForm {}

    /** An LTX file, whose key says more. */
    record LtxFile() implements ObjectForm {}
}
