// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.auth.Credentials;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.store.http.BucketFolder;
import java.lang.System.Logger.Level;

/** Makes a store of a URL and settings: reads both, then sets up the client. */
final class GcsOpening {

    private GcsOpening() {}

    /**
     * As {@link dev.tailrace.store.ObjectStoreProvider#open} promises.
     *
     * @throws ReplicaUrlException if URL or options cannot be understood
     */
    static ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        GcsOptions options = GcsOptions.of(url, settings);
        GcsUrl place = GcsUrl.read(url, options, settings);
        System.getLogger(GcsObjectStoreProvider.class.getName())
                .log(Level.DEBUG, "{0} is read as {1}", url, place.understood());
        BucketFolder folder = new BucketFolder(place.bucket(), place.prefix(), url.toString());
        try {
            Credentials credentials = GcsCredentials.of(place, options, settings);
            JsonApi api = JsonApi.of(GcsClients.options(place, credentials, settings));
            return new GcsObjectStore(folder, api, place.understood());
        } catch (CredentialsFailure e) {
            throw new StoreAccessException("cannot open " + url + ": " + e.getMessage(), url.toString(), e);
        }
    }
}
