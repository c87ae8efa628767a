// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import java.util.regex.Pattern;

/** Which strings are keys of files. The others are refused before the server is asked. */
final class ObjectKeys {

    /** What this store writes beside objects and never shows as one. */
    private static final Pattern OWN = Pattern.compile("tailrace-[0-9a-f]{16}\\.(tmp|lock)");

    private ObjectKeys() {}

    /**
     * Refuses what no object can be called: empty elements, {@code .}, {@code ..}, backslashes, zeros, and the names of this
     * store's own temporary files.
     */
    static void requireKey(String key) {
        for (String element : key.split("/", -1)) {
            if (!isElement(element)) {
                throw new IllegalArgumentException("not a key: \"" + key + "\"; its elements must be names, not empty,"
                        + " without backslash, not . or .., and not those of temporary files");
            }
        }
    }

    /** Refuses what is neither empty nor a key with a slash at its end. */
    static void requireFolder(String prefix) {
        if (prefix.isEmpty()) {
            return;
        }
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("not a folder, it does not end in a slash: \"" + prefix + "\"");
        }
        requireKey(prefix.substring(0, prefix.length() - 1));
    }

    /** Whether a file of that name can be an object. */
    static boolean isElement(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('\\') < 0
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0
                && !OWN.matcher(name).matches();
    }

    /** A name in the form of this store's own; {@code kind} is tmp or lock. */
    static String ownName(long number, String kind) {
        return "tailrace-" + String.format("%016x", number) + "." + kind;
    }

    /** What comes before the last element: empty, or with a slash at its end. */
    static String folderOf(String key) {
        return key.substring(0, key.lastIndexOf('/') + 1);
    }

    /** The last element. */
    static String nameOf(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }
}
