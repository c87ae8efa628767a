// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.store.ReplicaUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** The word that may name a replica: a URL, or a folder that exists. */
final class ReplicaArgument {

    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*", Pattern.DOTALL);
    private static final Pattern URL_WITHOUT_SLASHES = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*", Pattern.DOTALL);

    private ReplicaArgument() {}

    /**
     * Reads it.
     *
     * @return empty if it is neither, and so the path of a database
     */
    static Optional<ReplicaUrl> parse(String argument) {
        if (argument.startsWith("sqlite://") || argument.startsWith("sqlite3://")) {
            return Optional.empty();
        }
        if (URL.matcher(argument).matches()) {
            return Optional.of(ReplicaUrl.parse(argument));
        }
        // A folder may have a colon in its name.
        if (!argument.startsWith("file:")) {
            Path path = Path.of(argument);
            if (Files.isDirectory(path)) {
                return Optional.of(ReplicaUrl.ofFolder(path));
            }
            if (!URL_WITHOUT_SLASHES.matcher(argument).matches()) {
                return Optional.empty();
            }
        }
        return Optional.of(ReplicaUrl.parse(argument));
    }
}
