// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.Set;

/**
 * Opens buckets of Google Cloud Storage as stores: {@code gs://bucket/path} and {@code gcs://bucket/path}, which are the same.
 *
 * <p>Options of the URL, and values of the settings under the same names: {@code endpoint} (without scheme http for this
 * machine and private networks, else https), {@code anonymous}, {@code key-path} (the file of a service account's key, of
 * workload identity or of a login). Credentials in a URL are refused. Of the environment: {@code
 * GOOGLE_APPLICATION_CREDENTIALS}, {@code CLOUDSDK_CONFIG}, {@code NO_GCE_CHECK}, and {@code STORAGE_EMULATOR_HOST} in the
 * place of {@code endpoint}.
 *
 * <p>Each store has a client of its own, over {@link java.net.HttpURLConnection}. That keeps five idle connections for each
 * server, unless Java was started with {@code -Dhttp.maxConnections=64}: many reads at once open new ones more often than
 * they need to without it. The property is read once for the whole process, so nothing here sets it.
 */
public final class GcsObjectStoreProvider implements ObjectStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public GcsObjectStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("gs", "gcs");
    }

    @Override
    public ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        return GcsOpening.open(url, settings);
    }
}
