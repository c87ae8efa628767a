// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A path as Litestream reads it in its configuration and in arguments. */
final class LocalPath {

    private LocalPath() {}

    /** Absolute and cleaned; {@code ~} is the home folder, {@code sqlite://} and {@code sqlite3://} before it say nothing. */
    static Path of(String text) {
        String path = text.replaceFirst("^sqlite3?://", "");
        if (path.equals("~") || path.startsWith("~/")) {
            path = System.getProperty("user.home", "") + path.substring(1);
        }
        return Path.of(path).toAbsolutePath().normalize();
    }

    /**
     * The same of a path that the configuration says.
     *
     * @param place where it says so, for the message
     * @throws ConfigurationException if no file can have that path
     */
    static Path of(String text, String place) {
        try {
            return of(text);
        } catch (InvalidPathException e) {
            throw new ConfigurationException(place + ": a path that no file can have: " + e.getReason());
        }
    }
}
