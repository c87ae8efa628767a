// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of the store, and what is made of its answers, where the emulator cannot show it. */
@Timeout(60)
class RecordedRequestsTest {

    private AnsweringServer server;
    private ObjectStore store;

    @BeforeEach
    void start() throws IOException {
        server = AnsweringServer.start();
        store = new GcsObjectStoreProvider()
                .open(
                        ReplicaUrl.parse("gs://bucket/app?endpoint=http://" + server.address()),
                        StoreSettings.defaults().withEnvironment(Map.of()));
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        server.close();
    }

    private static ObjectSource source() {
        return ObjectSource.of("hello".getBytes(UTF_8));
    }

    // ---- what is asked

    @Test
    void rangeIsReadByOneRequestThatNamesItsGeneration() throws Exception {
        server.answer((request, exchange) -> {
            exchange.getResponseHeaders().add("Content-Range", "bytes 1-3/5");
            exchange.getResponseHeaders().add("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT");
            exchange.getResponseHeaders().add("x-goog-generation", "17");
            AnsweringServer.send(exchange, 206, "ell");
        });
        try (ObjectStream stream = store.open(new ObjectRead("a", 1, 4, Optional.of("17")))) {
            assertThat(stream.readAllBytes()).asString(UTF_8).isEqualTo("ell");
            assertThat(stream.info().size()).isEqualTo(5);
            assertThat(stream.info().version()).contains("17");
            assertThat(stream.info().storedAt()).isEqualTo(Instant.parse("2026-03-03T10:00:00Z"));
        }
        AnsweringServer.Request request = server.onlyRequest();
        assertThat(request.target()).startsWith("/download/storage/v1/b/bucket/o/app%2Fa?");
        assertThat(request.target()).contains("alt=media").contains("ifGenerationMatch=17");
        assertThat(request.header("Range")).contains("bytes=1-3");
    }

    @Test
    void listingAsksOnlyForWhatIsNeeded() throws Exception {
        try (ObjectIterator objects = store.list("wal/", "wal/x;y")) {
            assertThat(objects.hasNext()).isFalse();
        }
        assertThat(server.onlyRequest().target())
                .startsWith("/storage/v1/b/bucket/o?")
                .contains("prefix=app/wal/")
                .contains("startOffset=app/wal/x%3By")
                .contains("fields=nextPageToken,prefixes,items(name,size,generation,timeCreated,metadata)")
                .contains("maxResults=1000");
    }

    @ParameterizedTest
    @CsvSource({"none, ''", "absent, ifGenerationMatch=0", "version, ifGenerationMatch=17"})
    void objectIsStoredByOneRequestWithItsCondition(String condition, String sent) throws Exception {
        PutOptions options = PutOptions.NONE.recordedAt(Instant.parse("2021-03-04T05:06:07.123456789Z"));
        ObjectInfo stored = store.put(
                "a",
                source(),
                switch (condition) {
                    case "absent" -> options.ifAbsent();
                    case "version" -> options.ifVersion("17");
                    default -> options;
                });
        assertThat(stored.version()).contains("17");
        assertThat(stored.storedAt()).isEqualTo(Instant.parse("2026-03-03T10:00:00.123Z"));
        AnsweringServer.Request request = server.onlyRequest();
        assertThat(request.target())
                .startsWith("/upload/storage/v1/b/bucket/o?")
                .contains("uploadType=multipart", sent);
        assertThat(request.body())
                .contains("\"name\":\"app/a\"")
                .contains("\"litestream-timestamp\":\"2021-03-04T05:06:07.123456789Z\"")
                .contains("hello");
    }

    @Test
    void versionThatNoObjectCanHaveIsNeverSent() {
        assertThatThrownBy(() -> store.put("a", source(), PutOptions.NONE.ifVersion("0")))
                .as("zero would ask for no object")
                .isInstanceOf(ObjectChangedException.class);
        assertThatThrownBy(() -> store.open(new ObjectRead("a", 0, 1, Optional.of("0"))))
                .isInstanceOf(ObjectChangedException.class);
        assertThat(server.requests()).noneMatch(request -> request.target().contains("ifGenerationMatch"));
    }

    @Test
    void keysAreDeletedOneByOneWhereNoBatchIsKnown() throws Exception {
        store.delete(List.of("a", "b", "c"));
        assertThat(server.requests())
                .extracting(AnsweringServer.Request::method)
                .containsExactly("POST", "DELETE", "DELETE", "DELETE");
    }

    @Test
    void refusedDeletionNamesWhatIsLeft() {
        server.answer((request, exchange) -> {
            if (request.target().contains("app%2Fb")) {
                AnsweringServer.send(exchange, 403, AnsweringServer.error(403, "forbidden", "held"));
            } else {
                AnsweringServer.answerLikeTheStore(request, exchange);
            }
        });
        assertThatThrownBy(() -> store.delete(List.of("a", "b", "c")))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("cannot delete 1 of 3 objects")
                .hasMessageContaining("left: b");
        assertThat(server.requests())
                .as("goes on")
                .anyMatch(request -> request.target().contains("app%2Fc"));
    }

    // ---- answers

    @ParameterizedTest
    @CsvSource({
        "401, authError, Invalid Credentials, credentials are not accepted",
        "403, forbidden, no storage.objects.get access, Storage Object Viewer",
        "404, notFound, The specified bucket does not exist., there is no bucket bucket",
        "400, invalid, Bad thing, 'it says: Bad thing'",
    })
    void refusalIsNotTriedAgainAndSaysWhatToDo(int status, String reason, String message, String says) {
        server.refuse(status, reason, message, Map.of("X-GUploader-UploadID", "REQ-1"));
        assertThatThrownBy(() -> store.stat("a"))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining(says)
                .hasMessageContaining("HTTP " + status)
                .hasMessageContaining("REQ-1")
                .hasMessageNotContaining("\n");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void missingObjectIsToldFromAMissingBucket() throws Exception {
        server.refuse(404, "notFound", "No such object: bucket/app/a", Map.of());
        assertThat(store.stat("a")).isEmpty();
        assertThatThrownBy(() -> store.open(ObjectRead.whole("a"))).isInstanceOf(ObjectMissingException.class);
        server.refuse(404, "notFound", "The specified bucket does not exist.", Map.of());
        assertThatThrownBy(() -> store.open(ObjectRead.whole("a"))).isInstanceOf(StoreAccessException.class);
        assertThatThrownBy(() -> store.put("a", source(), PutOptions.NONE)).isInstanceOf(StoreAccessException.class);
        assertThatThrownBy(() -> store.delete(List.of("a"))).isInstanceOf(StoreAccessException.class);
        assertThatThrownBy(() -> store.listFolders("")).isInstanceOf(StoreAccessException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void passingFailureIsTriedAgainBrieflyAndThenHandedOn(int status) {
        server.refuse(status, "backendError", "busy", Map.of());
        assertThatThrownBy(() -> store.stat("a")).isInstanceOf(StoreUnavailableException.class);
        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"429, rateLimitExceeded", "403, rateLimitExceeded", "403, userRateLimitExceeded"})
    void throttlingAsksForFewerRequests(int status, String reason) {
        server.refuse(status, reason, "slow down", Map.of());
        assertThatThrownBy(() -> store.open(ObjectRead.whole("a")))
                .isInstanceOfSatisfying(
                        StoreUnavailableException.class,
                        busy -> assertThat(busy.retryAfter()).contains(Duration.ZERO));
    }

    @Test
    void storeThatAsksToWaitIsLeftAlone() {
        server.refuse(503, "backendError", "busy", Map.of("Retry-After", "7"));
        assertThatThrownBy(() -> store.open(ObjectRead.whole("a")))
                .isInstanceOfSatisfying(
                        StoreUnavailableException.class,
                        busy -> assertThat(busy.retryAfter()).contains(Duration.ofSeconds(7)));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void conditionalWriteIsSentOnce() {
        server.refuse(503, "backendError", "busy", Map.of());
        assertThatThrownBy(() -> store.put("a", source(), PutOptions.NONE.ifAbsent()))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void redirectToAnotherHostIsNotFollowed() throws Exception {
        try (AnsweringServer other = AnsweringServer.start()) {
            server.refuse(307, "", "", Map.of("Location", "http://" + other.address() + "/x?sig=pl4nted"));
            for (String call : List.of("stat", "open", "put")) {
                assertThatThrownBy(() -> {
                            switch (call) {
                                case "stat" -> store.stat("a");
                                case "open" -> store.open(ObjectRead.whole("a"));
                                default -> store.put("a", source(), PutOptions.NONE);
                            }
                        })
                        .isInstanceOf(StoreAccessException.class)
                        .hasMessageContaining(other.address())
                        .hasMessageContaining("endpoint=")
                        .hasMessageNotContaining("pl4nted");
            }
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void anotherGenerationThanAskedForIsNotRead() {
        assertThatThrownBy(() -> store.open(new ObjectRead("a", 0, 5, Optional.of("16"))))
                .isInstanceOf(ObjectChangedException.class)
                .hasMessageContaining("expected version 16, found version 17");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\":[{\"name\":\"elsewhere/a\",\"size\":\"1\"}]}",
                "{\"items\":[{\"name\":\"app/a\"}]}",
                "{\"items\":[{\"name\":\"app/a\",\"size\":\"-1\",\"generation\":\"1\",\"timeCreated\":\"2026-03-03T10:00:00Z\"}]}",
                "{\"items\":[{\"name\":\"app/a\",\"size\":\"99999999999999999999\",\"generation\":\"1\",\"timeCreated\":\"2026-03-03T10:00:00Z\"}]}",
                "{\"items\":[{\"name\":\"app/a\",\"size\":\"x\"}]}",
                "<html>",
                "",
            })
    void listingThatCannotBeTrueFails(String body) {
        server.answer((request, exchange) -> AnsweringServer.send(exchange, 200, body));
        assertThatThrownBy(() -> {
                    try (ObjectIterator objects = store.list("", "")) {
                        objects.hasNext();
                    }
                })
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("cannot list gs://bucket/app");
    }

    @Test
    void endlessListingUsesNoEndlessMemory() {
        server.answer((request, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"items\":[".getBytes(UTF_8));
            byte[] item = "{\"metadata\":{}},".repeat(1_000).getBytes(UTF_8);
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(item);
            }
        });
        assertThatThrownBy(() -> store.list("", "").hasNext())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("longer than");
    }

    @Test
    void connectionIsUsedAgainAfterAnObjectWasRead() throws Exception {
        List<Integer> ports = new CopyOnWriteArrayList<>();
        server.answer((request, exchange) -> {
            ports.add(exchange.getRemoteAddress().getPort());
            AnsweringServer.answerLikeTheStore(request, exchange);
        });
        for (int i = 0; i < 3; i++) {
            try (ObjectStream stream = store.open(ObjectRead.whole("a"))) {
                assertThat(stream.readAllBytes()).hasSize(5);
            }
            store.stat("a");
        }
        assertThat(ports).hasSize(6);
        assertThat(ports.stream().distinct()).hasSize(1);
    }

    @Test
    void closingTheStoreEndsACallThatHangs() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        server.answer((request, exchange) -> {
            asked.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Thread closer = new Thread(() -> {
            try {
                asked.await();
                store.close();
            } catch (InterruptedException | IOException e) {
                throw new IllegalStateException(e);
            }
        });
        closer.start();
        long begun = System.nanoTime();
        assertThatThrownBy(() -> store.stat("a")).isInstanceOf(StoreAccessException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        goOn.countDown();
        closer.join();
    }
}
