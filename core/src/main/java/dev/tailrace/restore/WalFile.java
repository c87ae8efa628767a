// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A WAL file that was put together from its segments. It is the caller's to delete.
 *
 * @param index its number, at least 0
 * @param path where it is
 */
public record WalFile(long index, Path path) {

    public WalFile {
        requireNonNull(path, "path");
    }
}
