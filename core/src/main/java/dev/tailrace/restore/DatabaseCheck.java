// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.io.IOException;
import java.nio.file.Path;

/** A question about a restored database, asked before it is put in its place. */
@FunctionalInterface
public interface DatabaseCheck {

    /** Asks nothing. */
    DatabaseCheck NONE = database -> {};

    /**
     * Looks at the database.
     *
     * @param database complete and durable, under its temporary name; not to be changed, and no file to be left beside it
     * @throws dev.tailrace.error.DamagedReplicaException if it is not sound: then nothing is published
     * @throws IOException if it cannot be looked at: then nothing is published either
     */
    void check(Path database) throws IOException;
}
