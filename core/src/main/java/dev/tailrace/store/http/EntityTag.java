// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** HTTP's entity tags as versions of objects. A version has no quotes, since some stores list tags without them. */
public final class EntityTag {

    private EntityTag() {}

    /** The version of a tag; empty for none, and for a weak one: a proxy made it, and no condition can be put on it. */
    public static Optional<String> versionOf(@Nullable String tag) {
        if (tag == null || tag.isEmpty() || tag.startsWith("W/")) {
            return Optional.empty();
        }
        boolean quoted = tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"");
        return Optional.of(quoted ? tag.substring(1, tag.length() - 1) : tag);
    }

    /** The tag to be sent for a version. */
    public static String of(String version) {
        return '"' + version + '"';
    }
}
