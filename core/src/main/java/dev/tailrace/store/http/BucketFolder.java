// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

/**
 * The part of a bucket, or of a container, that is a store.
 *
 * @param bucket its name, or the ARN of an access point
 * @param prefix what comes before each key: empty, or with a slash at its end
 * @param location for messages, without secrets
 */
public record BucketFolder(String bucket, String prefix, String location) {

    /** The whole key of an object. */
    public String absolute(String key) {
        return prefix + key;
    }

    /** The key below {@link #prefix()}. */
    public String relative(String absoluteKey) {
        return absoluteKey.substring(prefix.length());
    }

    /** Removes empty elements, {@code .} and {@code ..}, and slashes at both ends, as Litestream does with paths. */
    public static String prefixOf(String path) {
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
