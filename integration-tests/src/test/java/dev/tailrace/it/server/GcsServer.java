// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.BucketInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** A server of Google Cloud Storage's JSON interface in a container, and Google's own client beside ours. */
final class GcsServer {

    private static final int PORT = 4443;

    private final GenericContainer<?> container;
    private final Storage client;

    private GcsServer(GenericContainer<?> container) {
        this.container = container;
        client = StorageOptions.http()
                .setHost("http://" + endpoint())
                .setProjectId("test")
                .setCredentials(NoCredentials.getInstance())
                .build()
                .getService();
    }

    static GcsServer start() {
        GenericContainer<?> container = Emulators.container("IMAGE_GCS")
                .withCommand("-scheme", "http", "-backend", "memory")
                .withExposedPorts(PORT)
                .waitingFor(Wait.forHttp("/_internal/healthcheck").forPort(PORT));
        container.start();
        return new GcsServer(container);
    }

    /** Host and port. */
    final String endpoint() {
        return container.getHost() + ":" + container.getMappedPort(PORT);
    }

    /** Another way to it. */
    DisturbedWay disturbed() throws IOException {
        return DisturbedWay.to(container, PORT);
    }

    void createBucket(String name) {
        client.create(BucketInfo.of(name));
    }

    /** Google's client, as it comes; stays open. */
    Storage client() {
        return client;
    }

    /** A bucket of this server, asked by nobody: it looks at no credentials. */
    StoreUnderTest bucket(String name) {
        return new StoreUnderTest("gs://" + name, "endpoint=" + endpoint(), environment(), List.of());
    }

    /** The variables of somebody without credentials, whatever the machine may have. */
    static Map<String, String> environment() {
        return Map.of("CLOUDSDK_CONFIG", "/nonexistent", "NO_GCE_CHECK", "true");
    }

    void stop() throws Exception {
        client.close();
        container.close();
    }
}
