/** Replicas in a container of Azure Blob Storage, for {@code abs:} URLs. */
@org.jspecify.annotations.NullMarked
module dev.tailrace.client.azure {
    requires static org.jspecify;
    // Only for those who log in: looked for when no other credentials are there.
    requires static com.azure.identity;
    requires transitive dev.tailrace;
    // In one public signature: a program may bring its own client.
    requires transitive com.azure.storage.blob;
    requires com.azure.core;
    requires com.azure.core.http.jdk.httpclient;
    requires com.azure.storage.common;
    requires java.net.http;
    requires reactor.core;

    exports dev.tailrace.client.azure;

    provides dev.tailrace.store.ObjectStoreProvider with
            dev.tailrace.client.azure.AzureObjectStoreProvider;
}
