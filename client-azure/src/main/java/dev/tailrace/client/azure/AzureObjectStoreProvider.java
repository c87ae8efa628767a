// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.Set;

/**
 * Opens containers of Azure Blob Storage as stores. Accepted are
 *
 * <ul>
 *   <li>{@code abs://account@container/path};
 *   <li>{@code abs://container/path}, with the account in the option {@code account-name}, in {@code AZURE_STORAGE_ACCOUNT},
 *       in a connection string or in the endpoint; where it is in none of them, the first name is that of the account and
 *       the second that of the container;
 *   <li>{@code abs://account.blob.core.windows.net/container/path}, with {@code account@} before it or without, and the hosts
 *       of other clouds alike;
 *   <li>{@code abs://account@host:port/container/path} for the emulator.
 * </ul>
 *
 * <p>Options of the URL, and values of the settings under the same names: {@code endpoint} (an address such as
 * {@code https://host:port/account}; without scheme http for this machine and private networks, else https),
 * {@code account-name}, {@code anonymous}. Settings only: {@code account-key}, {@code sas-token}, {@code connection-string}.
 * Credentials in a URL are refused. Without any, {@code LITESTREAM_AZURE_SAS_TOKEN}, {@code AZURE_STORAGE_SAS_TOKEN},
 * {@code LITESTREAM_AZURE_ACCOUNT_KEY}, {@code AZURE_STORAGE_KEY} and {@code AZURE_STORAGE_CONNECTION_STRING} are looked for,
 * then Azure's default chain of logins, if {@code azure-identity} is there.
 *
 * <p>Each store has a client of its own, over {@link java.net.http.HttpClient}.
 */
public final class AzureObjectStoreProvider implements ObjectStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public AzureObjectStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("abs");
    }

    @Override
    public ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        // Apart, since looking for a backend must not load any class of the SDK: verifying this class would.
        return AzureOpening.open(url, settings);
    }
}
