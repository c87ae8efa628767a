// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The word that names a replica: a URL, or a folder that exists. */
final class ReplicaArgument {

    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*", Pattern.DOTALL);
    private static final Pattern URL_WITHOUT_SLASHES = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*", Pattern.DOTALL);

    private ReplicaArgument() {}

    static ReplicaUrl parse(String argument) {
        if (URL.matcher(argument).matches()) {
            return ReplicaUrl.parse(argument);
        }
        // A folder may have a colon in its name.
        if (!argument.startsWith("file:")) {
            Path path = Path.of(argument);
            if (Files.isDirectory(path)) {
                return ReplicaUrl.ofFolder(path);
            }
            if (!URL_WITHOUT_SLASHES.matcher(argument).matches()) {
                throw noReplica(argument, path);
            }
        }
        return ReplicaUrl.parse(argument);
    }

    private static ReplicaUrlException noReplica(String argument, Path path) {
        String problem = Files.exists(path) ? "not a replica, but a file: " : "no such folder: ";
        return new ReplicaUrlException(problem + argument
                + "; give the replica's URL, such as file:///backup/app, or its folder"
                + " (looking a database up in a configuration file is not supported by this version)");
    }
}
