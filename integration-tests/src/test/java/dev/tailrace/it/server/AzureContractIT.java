// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobDownloadContentResponse;
import com.azure.storage.blob.models.BlockListType;
import dev.tailrace.client.azure.AzureObjectStore;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@NeedsContainers
class AzureContractIT extends BackendIT {

    private static final String CONTAINER = "replicas";

    private static AzureServer server;

    @BeforeAll
    static void start() {
        server = AzureServer.start();
        server.createContainer(CONTAINER);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    StoreUnderTest subject() {
        return server.container(CONTAINER);
    }

    @Override
    String backend() {
        return "azure";
    }

    @Override
    boolean listsRecordedTimes() {
        return true;
    }

    /** Java's HTTP client cannot be closed before Java 21: its thread ends when nobody holds the client any more. */
    @Override
    boolean mayStay(Thread thread) {
        return thread.getName().matches("HttpClient-\\d+-SelectorManager|CompletableFutureDelayScheduler");
    }

    @Nested
    class Stores extends StoreContract {
        @Override
        StoreUnderTest subject() {
            return AzureContractIT.this.subject();
        }

        @Override
        protected boolean listsRecordedTimes() {
            return AzureContractIT.this.listsRecordedTimes();
        }

        @Override
        protected boolean mayStay(Thread thread) {
            return AzureContractIT.this.mayStay(thread);
        }
    }

    // ---- cross-checks with Azure's own client

    @Test
    void readsWhatTheVendorsClientWrote() throws Exception {
        BlobContainerClient client = server.client(CONTAINER);
        client.getBlobClient("cross/a b/ü").upload(BinaryData.fromString("content"), true);
        try (ObjectStore store = subject().open("cross")) {
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
        BlobContainerClient client = server.client(CONTAINER);
        try (ObjectStore store = subject().open("cross")) {
            store.put("large+&?", ObjectSource.of(large), PutOptions.NONE.recordedAt(time));

            var blob = client.getBlobClient("cross/large+&?");
            BlobDownloadContentResponse read = blob.downloadContentWithResponse(null, null, null, null);
            assertThat(Arrays.equals(read.getValue().toBytes(), large)).isTrue();
            assertThat(read.getDeserializedHeaders().getMetadata())
                    .containsEntry("litestreamtimestamp", time.toString());
            assertThat(blob.getBlockBlobClient().listBlocks(BlockListType.ALL).getCommittedBlocks())
                    .as("stored in blocks")
                    .hasSize(5);
            assertThat(blob.getBlockBlobClient().listBlocks(BlockListType.ALL).getUncommittedBlocks())
                    .isEmpty();
        }
    }

    @Test
    void failedUploadInBlocksIsInNoListing() throws Exception {
        try (ObjectStore store = subject().open("cross")) {
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
            assertThat(keys(store, "broken")).isEmpty();
        }
    }

    @Test
    void worksWithAClientOfTheProgramsOwn() throws Exception {
        BlobContainerClient client = server.client(CONTAINER);
        try (ObjectStore store = AzureObjectStore.over(client, "/own/client/")) {
            store.put("a/b", ObjectSource.of("content".getBytes(UTF_8)), PutOptions.NONE);
            assertThat(keys(store, "")).containsExactly("a/b");
            assertThat(store.location()).isEqualTo("abs://devstoreaccount1@replicas/own/client");
            try (ObjectStream stream = store.open(ObjectRead.whole("a/b").range(1, 3))) {
                assertThat(stream.readAllBytes()).asString(UTF_8).isEqualTo("on");
            }
            assertThatThrownBy(() -> store.open(ObjectRead.whole("absent")))
                    .hasMessageContaining("absent")
                    .hasMessageNotContaining("Exception");
        }
        assertThat(client.getBlobClient("own/client/a/b").getProperties().getBlobSize())
                .isEqualTo(7);
    }

    // ---- ways to log in

    @Test
    void readsWithASignatureThatMayReadAndList() throws Exception {
        try (ObjectStore store = subject().open("signed")) {
            store.put("a", ObjectSource.of("content".getBytes(UTF_8)), PutOptions.NONE);
        }
        String token = server.sharedAccess(CONTAINER, "rl", OffsetDateTime.now().plusHours(1));
        StoreUnderTest signed = subject().with(Map.of("LITESTREAM_AZURE_SAS_TOKEN", "?" + token));
        try (ObjectStore store = signed.open("signed")) {
            assertThat(keys(store, "")).containsExactly("a");
            try (ObjectStream stream = store.open(ObjectRead.whole("a"))) {
                assertThat(stream.readAllBytes()).asString(UTF_8).isEqualTo("content");
            }
            assertThatThrownBy(() -> store.put("b", ObjectSource.of(new byte[1]), PutOptions.NONE))
                    .isInstanceOf(StoreAccessException.class)
                    .hasMessageContaining("AuthorizationPermissionMismatch")
                    .hasMessageNotContaining("sig=");
            assertThatThrownBy(() -> store.delete(List.of("a")))
                    .isInstanceOf(StoreAccessException.class)
                    .hasMessageContaining("left: a");
        }
    }

    @Test
    void readsWithAConnectionString() throws Exception {
        String connection = "DefaultEndpointsProtocol=http;AccountName=" + AzureServer.ACCOUNT + ";AccountKey="
                + AzureServer.KEY + ";BlobEndpoint=" + server.address() + "/" + AzureServer.ACCOUNT + ";";
        StoreUnderTest subject = new StoreUnderTest(
                "abs://" + CONTAINER,
                "",
                Map.of("AZURE_STORAGE_CONNECTION_STRING", connection),
                List.of(AzureServer.KEY));
        try (ObjectStore store = subject.open("connected")) {
            store.put("a", ObjectSource.of("content".getBytes(UTF_8)), PutOptions.NONE);
            assertThat(keys(store, "")).containsExactly("a");
        }
    }

    // ---- what is refused

    @Test
    void refusesAWrongKey() throws Exception {
        String wrongKey = "bm90IHRoZSBrZXkgb2YgdGhpcyBhY2NvdW50";
        StoreUnderTest wrong = subject().with(Map.of("LITESTREAM_AZURE_ACCOUNT_KEY", wrongKey));
        assertRefused(
                5,
                List.of("the account key of LITESTREAM_AZURE_ACCOUNT_KEY", "HTTP 403"),
                new StoreUnderTest(wrong.url(), wrong.options(), wrong.environment(), List.of(wrongKey)),
                subject().urlOf("x"));
    }

    @Test
    void refusesASignatureThatHasExpired() throws Exception {
        String token = server.sharedAccess(CONTAINER, "rl", OffsetDateTime.now().minusHours(1));
        String signature = token.replaceFirst(".*sig=([^&]*).*", "$1");
        StoreUnderTest late = new StoreUnderTest(
                subject().url(),
                subject().options(),
                Map.of("AZURE_STORAGE_SAS_TOKEN", token),
                List.of(signature, token));
        assertRefused(
                5,
                List.of("the shared access signature of AZURE_STORAGE_SAS_TOKEN", "expiry"),
                late,
                subject().urlOf("x"));
    }

    @Test
    void refusesNobody() throws Exception {
        assertRefused(
                5, List.of("nobody (anonymous=true)"), subject(), subject().urlOf("x") + "&anonymous=true");
    }

    @Test
    void refusesWhoHasNoCredentialsAndNoHttps() throws Exception {
        StoreUnderTest nobody = subject().with(Map.of());
        assertRefused(5, List.of("no credentials found", "LITESTREAM_AZURE_ACCOUNT_KEY"), nobody, nobody.urlOf("x"));
    }

    @Test
    void refusesAMissingContainer() throws Exception {
        StoreUnderTest missing = server.container("no-such-container");
        assertRefused(
                5,
                List.of("there is no container no-such-container", "ContainerNotFound"),
                missing,
                missing.urlOf("x"));
        try (ObjectStore store = missing.open("x")) {
            assertThatThrownBy(() -> store.open(ObjectRead.whole("a"))).isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.stat("a")).isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.put("a", ObjectSource.of(new byte[1]), PutOptions.NONE))
                    .isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.delete(List.of("a"))).isInstanceOf(StoreAccessException.class);
        }
    }

    @Test
    void refusesAServerThatIsNotThere() throws Exception {
        StoreUnderTest nowhere = new StoreUnderTest(
                "abs://account@" + CONTAINER,
                "endpoint=127.0.0.1:1",
                subject().environment(),
                subject().secrets());
        assertRefused(5, List.of("cannot connect", "127.0.0.1:1"), nowhere, nowhere.urlOf("x"));
    }
}
