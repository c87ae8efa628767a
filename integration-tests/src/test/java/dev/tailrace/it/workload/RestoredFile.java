// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import java.io.IOException;
import java.nio.file.Path;

/** Is shown each database that was restored, before it is compared: how a comparison is proved to see what is wrong. */
interface RestoredFile {

    /** Compares what was restored. */
    RestoredFile UNCHANGED = database -> {};

    void arrived(Path database) throws IOException;
}
