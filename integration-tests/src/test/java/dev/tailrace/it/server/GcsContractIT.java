// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.tailrace.Tailrace;
import dev.tailrace.client.gcs.GcsObjectStore;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaIterator;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.testkit.HttpFault;
import dev.tailrace.testkit.HttpFaultProxy;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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

    /** The server looks at no credentials: these answers are worded like those of the real one. */
    @ParameterizedTest
    @CsvSource({
        "401, required, Anonymous caller does not have storage.objects.list access, credentials are not accepted",
        "403, forbidden, somebody does not have storage.objects.list access, Storage Object Viewer",
    })
    void refusesWhomTheStoreRefuses(int status, String reason, String message, String says) throws Exception {
        String body = "{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\",\"errors\":[{\"reason\":\""
                + reason + "\"}]}}";
        try (HttpFaultProxy proxy = HttpFaultProxy.before(URI.create("http://" + server.endpoint()))) {
            proxy.inject(HttpFault.always(request -> true, new HttpFault.Effect.Answer(status, Map.of(), body)));
            StoreUnderTest refusing = behind(proxy);
            assertRefused(5, List.of(says, message, "HTTP " + status), refusing, refusing.urlOf("x"));
            assertThat(proxy.exchanges()).hasSize(1);
        }
    }

    @Test
    void refusesAKeyThatIsNone() throws Exception {
        Path key = Files.writeString(
                folder.resolve("key.json"), "{\"type\":\"service_account\",\"private_key\":\"pl4nted\"}");
        StoreUnderTest wrong = new StoreUnderTest(
                "gs://" + BUCKET, "", Map.of("GOOGLE_APPLICATION_CREDENTIALS", key.toString()), List.of("pl4nted"));
        assertRefused(5, List.of("key.json", "holds no credentials"), wrong, wrong.urlOf("x"));
    }

    // ---- what goes wrong on the way

    static List<HttpFault.Effect> faults() {
        return List.of(
                new HttpFault.Effect.Cut(100),
                new HttpFault.Effect.Reset(100),
                new HttpFault.Effect.Reset(HttpFault.Effect.BEFORE_HEAD),
                new HttpFault.Effect.Stall(100, Duration.ofMinutes(1)),
                new HttpFault.Effect.Stall(HttpFault.Effect.BEFORE_HEAD, Duration.ofMinutes(1)),
                new HttpFault.Effect.WrongLength(10),
                HttpFault.Effect.Answer.of(503),
                HttpFault.Effect.Answer.retryAfter(429, 1));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void faultWhileAnObjectIsReadIsNotNoticed(HttpFault.Effect effect) throws Exception {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        String generation = "generations/0123456789abcdef";
        try (ObjectStore direct = subject().open("faults")) {
            direct.put(generation + "/snapshots/00000000.snapshot.lz4", ObjectSource.of(content), PutOptions.NONE);
        }
        try (HttpFaultProxy proxy = HttpFaultProxy.before(URI.create("http://" + server.endpoint()));
                ReplicaClient replica = Tailrace.open(
                        ReplicaUrl.parse(behind(proxy).urlOf("faults")),
                        behind(proxy).settings().withStallTimeout(Duration.ofSeconds(2)))) {
            proxy.inject(HttpFault.once(request -> request.path().startsWith("/download/"), effect));
            proxy.inject(HttpFault.once(request -> request.path().endsWith("/o"), HttpFault.Effect.Answer.of(503)));
            SnapshotInfo snapshot;
            try (ReplicaIterator<SnapshotInfo> snapshots = replica.snapshots(new Generation("0123456789abcdef"))) {
                snapshot = snapshots.next();
            }
            try (InputStream stream = replica.openSnapshot(snapshot)) {
                assertThat(Arrays.equals(stream.readAllBytes(), content)).isTrue();
            }
            assertThat(proxy.exchanges().stream()
                            .filter(exchange -> exchange.fault().isPresent()))
                    .as("both faults have happened")
                    .hasSize(2);
        }
    }

    @Test
    void closingAHalfReadStreamLeavesTheRestWhereItIs() throws Exception {
        byte[] large = new byte[20 << 20];
        try (HttpFaultProxy proxy = HttpFaultProxy.before(URI.create("http://" + server.endpoint()));
                ObjectStore store = behind(proxy).open("half")) {
            store.put("large", ObjectSource.of(large), PutOptions.NONE);
            proxy.forget();
            proxy.setBandwidth(4 << 20);
            try (ObjectStream stream = store.open(ObjectRead.whole("large"))) {
                stream.readNBytes(1_000);
            }
            Thread.sleep(1_000);
            assertThat(proxy.exchanges()).hasSize(1);
            assertThat(proxy.exchanges().get(0).responseBytes()).isLessThan(3L << 20);
        }
    }

    private static StoreUnderTest behind(HttpFaultProxy proxy) {
        return new StoreUnderTest(
                "gs://" + BUCKET, "endpoint=" + proxy.endpoint().getAuthority(), GcsServer.environment(), List.of());
    }
}
