// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The path that a {@code file:} URL names.
 *
 * @param url for messages
 * @param path as written, with the host part as its first element and the home directory put in
 * @param warning what to tell whoever wrote a URL that is easily mistaken
 */
record FolderUrl(ReplicaUrl url, String path, Optional<String> warning) {

    /** As this platform reads it. */
    static FolderUrl read(ReplicaUrl url) {
        return read(url, System.getProperty("user.home", ""), File.separatorChar == '\\');
    }

    /**
     * As a platform reads it.
     *
     * @param windows whether {@code /C:/x} is {@code C:/x}
     */
    static FolderUrl read(ReplicaUrl url, String home, boolean windows) {
        if (!url.options().isEmpty()) {
            throw new ReplicaUrlException("file url has no option "
                    + String.join(", ", url.options().keySet()) + ": " + url
                    + "; remove it, or write %3F for a question"
                    + " mark in a path");
        }
        if (url.user().isPresent()) {
            throw new ReplicaUrlException(
                    "file url has no user: " + url + "; write file:///path, or file:path for a" + " relative path");
        }
        String host = url.host() + (url.port().isPresent() ? ":" + url.port().getAsInt() : "");
        String path = host + url.path();
        if (path.isBlank()) {
            throw new ReplicaUrlException("file replica path required: " + url + "; write file:///path");
        }
        Optional<String> warning = Optional.empty();
        boolean drive = windows && path.matches("/?[A-Za-z]:([/\\\\].*)?");
        if (drive) {
            path = path.startsWith("/") ? path.substring(1) : path;
            // C: alone is the working directory of that drive.
            path = path.endsWith(":") ? path + "/" : path;
        } else if (!host.isEmpty() && !host.equals(".") && !host.equals("..") && !host.equals("~")) {
            warning = Optional.of(url + " is read as the relative path " + path + "; write file:///" + path
                    + " if an absolute one is meant, or file:" + path);
        }
        return new FolderUrl(url, expandHome(path, home), warning);
    }

    /** Absolute and cleaned. */
    Path folder() {
        try {
            return Path.of(path).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new ReplicaUrlException("file url is no path on this system: " + url + ", " + e.getReason()
                    + "; where it is a matter of encoding, start Java in a UTF-8 locale (LC_ALL=C.UTF-8)");
        }
    }

    private static String expandHome(String path, String home) {
        return path.equals("~") || path.startsWith("~/") ? home + path.substring(1) : path;
    }
}
