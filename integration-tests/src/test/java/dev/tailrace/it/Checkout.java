// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the tests run in. */
final class Checkout {

    private Checkout() {}

    static Path root() throws IOException {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("examples/fruits"))) {
                return at;
            }
        }
        throw new IOException("no examples/fruits in this folder or above it");
    }
}
