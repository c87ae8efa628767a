// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.storage.blob.BlobContainerClient;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Makes a store of a URL and settings: reads both, then sets up the client. */
final class AzureOpening {

    private AzureOpening() {}

    /**
     * As {@link dev.tailrace.store.ObjectStoreProvider#open} promises.
     *
     * @throws ReplicaUrlException if URL or options cannot be understood
     */
    static ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        try {
            AzureOptions options = AzureOptions.of(url, settings);
            Optional<ConnectionString> connection = ConnectionString.of(settings);
            AzureUrl place = AzureUrl.read(url, options, settings, connection);
            System.getLogger(AzureObjectStoreProvider.class.getName())
                    .log(Level.DEBUG, "{0} is read as {1}", url, place.understood());
            AzureCredentials credentials = AzureCredentials.of(place, options, settings, connection);
            BlobContainerClient client =
                    AzureClients.build(place, credentials, settings, BlockingCalls.threads("tailrace-azure-http-"));
            BucketFolder folder = new BucketFolder(place.container(), place.prefix(), url.toString());
            AzureFailures failures = new AzureFailures(folder, place.understood(), credentials.source());
            return new AzureObjectStore(
                    folder,
                    client,
                    failures,
                    settings.stallTimeout(),
                    new BlockingCalls("tailrace-azure-", folder.location()));
        } catch (CredentialsFailure | IllegalArgumentException e) {
            if (e instanceof ReplicaUrlException wrong) {
                throw wrong;
            }
            throw new StoreAccessException("cannot open " + url + ": " + e.getMessage(), url.toString(), e);
        }
    }
}
