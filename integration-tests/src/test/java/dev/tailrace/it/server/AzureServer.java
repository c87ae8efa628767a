// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.StorageSharedKeyCredential;
import java.io.IOException;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;

/** A server of Azure's blobs in a container, and its own client beside ours. */
public final class AzureServer implements AutoCloseable {

    static final String ACCOUNT = "devstoreaccount1";
    public static final String KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private final GenericContainer<?> container;

    private AzureServer(GenericContainer<?> container) {
        this.container = container;
    }

    static AzureServer start() {
        GenericContainer<?> container = Emulators.azure();
        container.start();
        return new AzureServer(container);
    }

    /** Without the account. */
    URI address() {
        return URI.create("http://" + container.getHost() + ":" + container.getMappedPort(Emulators.AZURE));
    }

    /** Another way to it. */
    DisturbedWay disturbed() throws IOException {
        return DisturbedWay.to(container, Emulators.AZURE);
    }

    void createContainer(String name) {
        client(name).create();
    }

    /** Azure's client, as it comes. */
    BlobContainerClient client(String name) {
        return new BlobContainerClientBuilder()
                .endpoint(address() + "/" + ACCOUNT)
                .containerName(name)
                .credential(new StorageSharedKeyCredential(ACCOUNT, KEY))
                .serviceVersion(BlobServiceVersion.V2022_11_02)
                .httpClient(new JdkHttpClientBuilder().build())
                .buildClient();
    }

    /** A signature for a container, with those rights, until then. */
    String sharedAccess(String name, String permissions, OffsetDateTime until) {
        return client(name)
                .generateSas(new BlobServiceSasSignatureValues(until, BlobContainerSasPermission.parse(permissions)));
    }

    /** A container of this server. */
    StoreUnderTest container(String name) {
        return new StoreUnderTest(
                "abs://" + ACCOUNT + "@" + name,
                "endpoint=" + address(),
                Map.of("LITESTREAM_AZURE_ACCOUNT_KEY", KEY),
                List.of(KEY));
    }

    @Override
    public void close() {
        container.close();
    }
}
