// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import static java.util.Objects.requireNonNull;

import dev.tailrace.store.ReplicaUrl;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that opening a replica takes.
 *
 * @param url where it is
 * @param settings named as in the configuration file; some of the values are secrets
 */
public record ReplicaAddress(ReplicaUrl url, Map<String, String> settings) {

    public ReplicaAddress {
        requireNonNull(url, "url");
        settings = Map.copyOf(settings);
    }

    /** The URL with its secrets masked, and the names that are set. */
    @Override
    public String toString() {
        return url + " with " + new TreeMap<>(settings).keySet();
    }
}
