// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.auth.Credentials;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.StorageOptions;
import dev.tailrace.store.StoreSettings;

/** The options of Google's client for a place. */
final class GcsClients {

    /** Only listing buckets would send it. Without one the client looks for it, on the network too. */
    private static final String NO_PROJECT = "none";

    private GcsClients() {}

    static StorageOptions options(GcsUrl place, Credentials credentials, StoreSettings settings) {
        StorageOptions.Builder options = StorageOptions.http()
                .setCredentials(credentials)
                .setProjectId(NO_PROJECT)
                .setTransportOptions(HttpTransportOptions.newBuilder()
                        .setConnectTimeout(
                                Math.toIntExact(settings.connectTimeout().toMillis()))
                        .setReadTimeout(Math.toIntExact(settings.stallTimeout().toMillis()))
                        .build());
        place.endpoint().ifPresent(endpoint -> options.setHost(endpoint.root().toString()));
        return options.build();
    }
}
