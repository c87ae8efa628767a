// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.client.s3.S3ObjectStore;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

@NeedsContainers
class S3ContractIT extends BackendIT {

    private static final String BUCKET = "replicas";

    private static S3Server server;

    @BeforeAll
    static void start() {
        server = S3Server.start();
        server.createBucket(BUCKET);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    StoreUnderTest subject() {
        return server.bucket(BUCKET);
    }

    @Override
    String backend() {
        return "s3";
    }

    @Nested
    class Stores extends StoreContract {
        @Override
        StoreUnderTest subject() {
            return S3ContractIT.this.subject();
        }
    }

    // ---- cross-checks with Amazon's own client

    @Test
    void readsWhatTheVendorsClientWrote() throws Exception {
        try (S3Client client = server.client();
                ObjectStore store = subject().open("cross")) {
            client.putObject(
                    object -> object.bucket(BUCKET).key("cross/a b/ü").contentType("text/plain"),
                    RequestBody.fromString("content"));
            try (ObjectStream stream = store.open(ObjectRead.whole("a b/ü").range(3, 6))) {
                assertThat(stream.readAllBytes()).asString(UTF_8).isEqualTo("ten");
            }
            assertThat(keys(store, "a ")).containsExactly("a b/ü");
        }
    }

    @Test
    void vendorsClientReadsWhatWasWritten() throws Exception {
        byte[] large = new byte[20 << 20];
        new Random(1).nextBytes(large);
        Instant time = Instant.parse("2021-03-04T05:06:07.123456789Z");
        try (S3Client client = server.client();
                ObjectStore store = subject().open("cross")) {
            store.put("large+&?", ObjectSource.of(large), PutOptions.NONE.recordedAt(time));

            var read = client.getObjectAsBytes(object -> object.bucket(BUCKET).key("cross/large+&?"));
            assertThat(java.util.Arrays.equals(read.asByteArrayUnsafe(), large)).isTrue();
            assertThat(read.response().metadata()).containsEntry("litestream-timestamp", time.toString());
            assertThat(read.response().eTag()).as("stored in parts").contains("-");
            assertThat(client.listMultipartUploads(uploads -> uploads.bucket(BUCKET))
                            .uploads())
                    .isEmpty();
        }
    }

    @Test
    void failedUploadInPartsLeavesNoParts() throws Exception {
        try (S3Client client = server.client();
                ObjectStore store = subject().open("cross")) {
            ObjectSource breaking = new ObjectSource() {
                @Override
                public java.io.InputStream open() {
                    return new java.io.ByteArrayInputStream(new byte[18 << 20]);
                }

                @Override
                public long size() {
                    return 20 << 20;
                }
            };
            assertThatThrownBy(() -> store.put("broken", breaking, PutOptions.NONE))
                    .hasMessageContaining("the source ends early");
            assertThat(store.stat("broken")).isEmpty();
            assertThat(client.listMultipartUploads(uploads -> uploads.bucket(BUCKET))
                            .uploads())
                    .isEmpty();
        }
    }

    @Test
    void worksWithAClientOfTheProgramsOwn() throws Exception {
        try (S3Client client = server.client()) {
            try (ObjectStore store = S3ObjectStore.over(client, BUCKET, "/own/client/")) {
                store.put("a/b", ObjectSource.of("content".getBytes(UTF_8)), PutOptions.NONE);
                assertThat(keys(store, "")).containsExactly("a/b");
                assertThat(store.location()).isEqualTo("s3://replicas/own/client");
            }
            assertThat(client.headObject(object -> object.bucket(BUCKET).key("own/client/a/b"))
                            .contentLength())
                    .isEqualTo(7);
        }
    }

    // ---- what is refused

    @Test
    void refusesAnUnknownAccessKey() throws Exception {
        StoreUnderTest stranger = subject().with(S3Server.environment("stranger", S3Server.SECRET));
        assertRefused(
                5,
                List.of("InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
                stranger,
                subject().urlOf("x"));
    }

    @Test
    void refusesAWrongSecret() throws Exception {
        StoreUnderTest wrong = subject().with(S3Server.environment(S3Server.ACCESS_KEY_ID, "not-" + S3Server.SECRET));
        assertRefused(
                5,
                List.of("SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
                wrong,
                subject().urlOf("x"));
    }

    @Test
    void refusesNobody() throws Exception {
        assertRefused(
                5,
                List.of("access denied", "s3:ListBucket"),
                subject(),
                subject().urlOf("x") + "&anonymous=true");
    }

    @Test
    void refusesAMissingBucket() throws Exception {
        StoreUnderTest missing = server.bucket("no-such-bucket");
        assertRefused(5, List.of("there is no bucket no-such-bucket", "NoSuchBucket"), missing, missing.urlOf("x"));
        try (ObjectStore store = missing.open("x")) {
            assertThatThrownBy(() -> store.open(ObjectRead.whole("a"))).isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.put("a", ObjectSource.of(new byte[1]), PutOptions.NONE))
                    .isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.delete(List.of("a"))).isInstanceOf(StoreAccessException.class);
        }
    }

    @Test
    void refusesAWrongRegionAndNamesTheRightOne() throws Exception {
        assertRefused(
                5,
                List.of("another region", "region=us-east-1"),
                subject(),
                subject().urlOf("x") + "&region=eu-west-1");
    }

    @Test
    void refusesAServerThatIsNotThere() throws Exception {
        StoreUnderTest nowhere = new StoreUnderTest(
                "s3://" + BUCKET,
                "endpoint=127.0.0.1:1",
                subject().environment(),
                subject().secrets());
        assertRefused(5, List.of("cannot connect", "127.0.0.1:1"), nowhere, nowhere.urlOf("x"));
    }
}
