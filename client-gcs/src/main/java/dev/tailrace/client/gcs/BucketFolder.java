// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

/**
 * The part of a bucket that is a store.
 *
 * @param bucket its name
 * @param prefix what comes before each key: empty, or with a slash at its end
 * @param location for messages, without secrets
 */
record BucketFolder(String bucket, String prefix, String location) {

    /** The whole name of an object. */
    String absolute(String key) {
        return prefix + key;
    }

    /** The key below {@link #prefix()}. */
    String relative(String name) {
        return name.substring(prefix.length());
    }

    /** Removes empty elements, {@code .} and {@code ..}, and slashes at both ends, as Litestream does with paths. */
    static String prefixOf(String path) {
        StringBuilder prefix = new StringBuilder();
        for (String element : path.split("/", -1)) {
            if (element.equals("..")) {
                int parent = prefix.length() < 2 ? -1 : prefix.lastIndexOf("/", prefix.length() - 2);
                prefix.setLength(parent + 1);
            } else if (!element.isEmpty() && !element.equals(".")) {
                prefix.append(element).append('/');
            }
        }
        return prefix.toString();
    }
}
