// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.cli.configuration.ConfiguredReplica;
import dev.tailrace.cli.configuration.ReplicaAddress;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A replica that a command may look at: that of its argument, or one of a database in the configuration.
 *
 * @param name as tables show it: its own, or else the kind of its storage
 * @param encrypted whether the configuration says that its objects are encrypted with age
 * @param place how to open it; fails where the configuration does not say that well enough
 */
record ReplicaSource(String name, boolean encrypted, Supplier<Place> place) {

    /**
     * What a store is opened with.
     *
     * @param settings none of the values is to be printed
     */
    record Place(ReplicaUrl url, StoreSettings settings) {}

    static ReplicaSource of(ReplicaUrl url, Map<String, String> environment) {
        String type = url.scheme().equals("gs") ? "gcs" : url.scheme();
        return new ReplicaSource(type, false, () -> place(new ReplicaAddress(url, Map.of()), environment));
    }

    static ReplicaSource of(ConfiguredReplica replica, Map<String, String> environment) {
        return new ReplicaSource(replica.name(), replica.encrypted(), () -> place(replica.address(), environment));
    }

    private static Place place(ReplicaAddress address, Map<String, String> environment) {
        StoreSettings settings = StoreSettings.defaults().withEnvironment(environment);
        for (Map.Entry<String, String> setting : address.settings().entrySet()) {
            settings = settings.with(setting.getKey(), setting.getValue());
        }
        return new Place(address.url(), settings);
    }

    /** The place of a replica whose objects are to be read, and not only listed. */
    Place readablePlace() throws UnsupportedReplicaException {
        Place found = place.get();
        if (encrypted) {
            throw new UnsupportedReplicaException(
                    "replica " + name + " (" + found.url() + ") is encrypted with age, which this version cannot read;"
                            + " restore it with the Litestream that wrote it (0.3.10 to 0.3.14)",
                    found.url().toString());
        }
        return found;
    }
}
