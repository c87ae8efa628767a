// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.tailrace.client.gcs.GcsObjectStore;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@NeedsContainers
class GcsContractIT extends BackendIT {

    private static final String BUCKET = "replicas";

    private static GcsServer server;

    @BeforeAll
    static void start() {
        server = GcsServer.start();
        server.createBucket(BUCKET);
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @Override
    StoreUnderTest subject() {
        return server.bucket(BUCKET);
    }

    @Override
    String backend() {
        return "gcs";
    }

    @Override
    boolean listsRecordedTimes() {
        return true;
    }

    @Nested
    class Stores extends StoreContract {
        @Override
        StoreUnderTest subject() {
            return GcsContractIT.this.subject();
        }

        @Override
        protected boolean listsRecordedTimes() {
            return true;
        }
    }

    @Test
    void bothSchemesAreTheSame() throws Exception {
        StoreUnderTest other = new StoreUnderTest(
                "gcs://" + BUCKET, "endpoint=" + server.endpoint(), GcsServer.environment(), List.of());
        try (ObjectStore gs = subject().open("schemes");
                ObjectStore gcs = other.open("schemes")) {
            gs.put("a", ObjectSource.of(new byte[3]), PutOptions.NONE);
            assertThat(gcs.stat("a").map(ObjectInfo::size)).contains(3L);
        }
    }

    @Test
    void emulatorOfTheEnvironmentIsUsed() throws Exception {
        StoreUnderTest emulator = new StoreUnderTest(
                "gs://" + BUCKET, "", Map.of("STORAGE_EMULATOR_HOST", "http://" + server.endpoint()), List.of());
        try (ObjectStore store = emulator.open("emulator")) {
            store.put("a", ObjectSource.of(new byte[3]), PutOptions.NONE);
            assertThat(keys(store, "")).containsExactly("a");
        }
    }

    // ---- cross-checks with Google's own client

    @Test
    void readsWhatTheVendorsClientWrote() throws Exception {
        Instant time = Instant.parse("2021-03-04T05:06:07.123456789Z");
        Storage client = server.client();
        try (ObjectStore store = subject().open("cross")) {
            client.create(
                    BlobInfo.newBuilder(BUCKET, "cross/a b/ü")
                            .setMetadata(Map.of("litestream-timestamp", time.toString()))
                            .build(),
                    "content".getBytes(UTF_8));
            try (ObjectStream stream = store.open(ObjectRead.whole("a b/ü").range(3, 6))) {
                assertThat(stream.readAllBytes()).asString(UTF_8).isEqualTo("ten");
            }
            assertThat(keys(store, "a ")).containsExactly("a b/ü");
            assertThat(store.stat("a b/ü").flatMap(ObjectInfo::recordedAt)).contains(time);
        }
    }

    @Test
    void vendorsClientReadsWhatWasWritten() throws Exception {
        byte[] large = new byte[20 << 20];
        new Random(1).nextBytes(large);
        Instant time = Instant.parse("2021-03-04T05:06:07.123456789Z");
        Storage client = server.client();
        try (ObjectStore store = subject().open("cross")) {
            ObjectInfo info = store.put("large+&?", ObjectSource.of(large), PutOptions.NONE.recordedAt(time));

            BlobId id = BlobId.of(BUCKET, "cross/large+&?");
            assertThat(Arrays.equals(client.readAllBytes(id), large)).isTrue();
            assertThat(client.get(id).getMetadata()).containsEntry("litestream-timestamp", time.toString());
            assertThat(client.get(id).getGeneration().toString())
                    .isEqualTo(info.version().orElseThrow());
        }
    }

    @Test
    void worksWithAClientOfTheProgramsOwn() throws Exception {
        Storage client = server.client();
        try (ObjectStore store = GcsObjectStore.over(client, BUCKET, "/own/client/")) {
            store.put("a/b", ObjectSource.of("content".getBytes(UTF_8)), PutOptions.NONE);
            assertThat(keys(store, "")).containsExactly("a/b");
            assertThat(store.location()).isEqualTo("gs://replicas/own/client");
        }
        assertThat(client.get(BlobId.of(BUCKET, "own/client/a/b")).getSize()).isEqualTo(7);
    }

    // ---- what is refused

    @Test
    void refusesAMissingBucket() throws Exception {
        StoreUnderTest missing = server.bucket("no-such-bucket");
        assertRefused(5, List.of("there is no bucket no-such-bucket"), missing, missing.urlOf("x"));
        try (ObjectStore store = missing.open("x")) {
            assertThatThrownBy(() -> store.put("a", ObjectSource.of(new byte[1]), PutOptions.NONE))
                    .isInstanceOf(StoreAccessException.class);
        }
    }

    @Test
    void refusesAServerThatIsNotThere() throws Exception {
        StoreUnderTest nowhere =
                new StoreUnderTest("gs://" + BUCKET, "endpoint=127.0.0.1:1", GcsServer.environment(), List.of());
        assertRefused(5, List.of("cannot connect", "127.0.0.1:1"), nowhere, nowhere.urlOf("x"));
    }

    @Test
    void refusesToAskGoogleWithoutCredentials() throws Exception {
        StoreUnderTest nobody = new StoreUnderTest("gs://" + BUCKET, "", GcsServer.environment(), List.of());
        assertRefused(5, List.of("no credentials found", "GOOGLE_APPLICATION_CREDENTIALS"), nobody, nobody.urlOf("x"));
    }
}
