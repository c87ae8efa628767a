// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 server in a container, and its own client beside ours. */
final class S3Server implements AutoCloseable {

    static final String ACCESS_KEY_ID = "tester";
    static final String SECRET = "pl4nted-secret-0815";

    private final GenericContainer<?> container;

    private S3Server(GenericContainer<?> container) {
        this.container = container;
    }

    static S3Server start() {
        GenericContainer<?> container = Emulators.s3(ACCESS_KEY_ID, SECRET);
        container.start();
        return new S3Server(container);
    }

    /** Host and port. */
    String endpoint() {
        return container.getHost() + ":" + container.getMappedPort(Emulators.S3);
    }

    /** Another way to it. */
    DisturbedWay disturbed() throws IOException {
        return DisturbedWay.to(container, Emulators.S3);
    }

    void createBucket(String name) {
        try (S3Client client = client()) {
            client.createBucket(bucket -> bucket.bucket(name));
        }
    }

    /** Amazon's client, as it comes. */
    S3Client client() {
        return S3Client.builder()
                .endpointOverride(URI.create("http://" + endpoint()))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY_ID, SECRET)))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /** A bucket of this server. */
    StoreUnderTest bucket(String name) {
        return new StoreUnderTest(
                "s3://" + name, "endpoint=" + endpoint(), environment(ACCESS_KEY_ID, SECRET), List.of(SECRET));
    }

    /** The variables of somebody with that key, and nothing that the machine may have besides. */
    static Map<String, String> environment(String accessKeyId, String secret) {
        return Map.of(
                "AWS_ACCESS_KEY_ID", accessKeyId,
                "AWS_SECRET_ACCESS_KEY", secret,
                "AWS_EC2_METADATA_DISABLED", "true");
    }

    @Override
    public void close() {
        container.close();
    }
}
