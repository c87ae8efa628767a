// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A storage server that runs, as {@link BackendIT} needs it.
 *
 * @param url of a place that nobody else uses, without an option
 * @param options to be added to each URL, such as {@code endpoint=host:port}; may be empty
 * @param environment variables with the credentials
 * @param secrets what must be in no message
 */
record StoreUnderTest(String url, String options, Map<String, String> environment, List<String> secrets) {

    /** The URL of a place below this one. */
    String urlOf(String place) {
        return url + "/" + place + (options.isEmpty() ? "" : "?" + options);
    }

    StoreSettings settings() {
        return StoreSettings.defaults().withEnvironment(environment);
    }

    /** Opens a place below this one, by the provider of its scheme. */
    ObjectStore open(String place) throws IOException {
        ReplicaUrl parsed = ReplicaUrl.parse(urlOf(place));
        return ObjectStoreProviders.installed().forScheme(parsed.scheme()).open(parsed, settings());
    }

    /** This server, asked with other variables. */
    StoreUnderTest with(Map<String, String> other) {
        return new StoreUnderTest(url, options, other, secrets);
    }
}
