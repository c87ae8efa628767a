// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/**
 * Where a class comes from.
 *
 * @param version of its jar, empty if the jar does not say
 * @param place its jar or folder
 */
record Origin(Optional<String> version, String place) {

    static Origin of(Class<?> type) {
        return new Origin(Optional.ofNullable(type.getPackage().getImplementationVersion()), place(type));
    }

    private static String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return "unknown";
        }
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return source.getLocation().toString();
        }
    }
}
