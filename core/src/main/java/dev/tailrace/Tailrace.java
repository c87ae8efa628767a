// SPDX-License-Identifier: Apache-2.0
package dev.tailrace;

import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.Optional;

/** Opens replicas. */
public final class Tailrace {

    private Tailrace() {}

    /**
     * Opens the replica that a URL names, with default settings.
     *
     * @param url such as {@code file:///backup/app} or {@code s3://bucket/app}
     * @return a client, to be closed by the caller; whether the store can be reached shows at its first use
     * @throws dev.tailrace.error.ReplicaUrlException if the URL cannot be read
     * @throws dev.tailrace.error.NoProviderException if no jar, or more than one, serves its scheme
     */
    public static ReplicaClient open(String url) throws TailraceException {
        return open(ReplicaUrl.parse(url), StoreSettings.defaults());
    }

    /** Opens the replica that a URL names, as {@link #open(String)} does. */
    public static ReplicaClient open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        String scheme = url.scheme();
        return ReplicaClient.over(
                scheme.equals("gs") ? "gcs" : scheme,
                ObjectStoreProviders.installed().forScheme(scheme).open(url, settings),
                settings.retryPolicy());
    }

    /** The version of this library; empty where it does not run from its jar. */
    public static Optional<String> version() {
        return Optional.ofNullable(Tailrace.class.getPackage().getImplementationVersion())
                .or(() -> Optional.ofNullable(Tailrace.class.getModule().getDescriptor())
                        .flatMap(descriptor -> descriptor.rawVersion()));
    }
}
