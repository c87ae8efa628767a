// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpExchange;
import dev.tailrace.client.s3.RecordingServer.Request;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store against servers that do what a real one does only on a bad day. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class S3ObjectStoreTest {

    private static final Duration PROMPT = Duration.ofSeconds(5);

    private RecordingServer server;
    private ObjectStore store;

    @BeforeEach
    void start() throws IOException {
        server = RecordingServer.start();
        StoreSettings settings = StoreSettings.defaults()
                .withEnvironment(Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "pl4ntedkey"));
        store = new S3ObjectStoreProvider()
                .open(ReplicaUrl.parse("s3://bucket/app?endpoint=" + server.uri()), settings);
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        server.close();
    }

    private static void head(HttpExchange exchange, String tag) {
        exchange.getResponseHeaders().add("ETag", '"' + tag + '"');
        exchange.getResponseHeaders().add("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT");
    }

    private static String page(String more, String... keys) {
        StringBuilder page = new StringBuilder("<ListBucketResult>");
        for (String key : keys) {
            page.append("<Contents><Key>app/")
                    .append(key)
                    .append("</Key><Size>1</Size><ETag>\"t\"</ETag>")
                    .append("<LastModified>2026-03-03T10:00:00Z</LastModified></Contents>");
        }
        return page.append(more).append("</ListBucketResult>").toString();
    }

    private static List<String> keys(ObjectIterator objects) throws IOException {
        List<String> keys = new ArrayList<>();
        while (objects.hasNext()) {
            keys.add(objects.next().key());
        }
        return keys;
    }

    // ---- reading

    @Test
    void connectionThatEndsEarlyIsNoEnd() throws IOException {
        server.answer((request, exchange) -> {
            head(exchange, "t");
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write(new byte[600]);
            exchange.getResponseBody().flush();
        });
        try (ObjectStream stream = store.open(ObjectRead.whole("key"))) {
            assertThat(stream.readNBytes(600)).hasSize(600);
            assertThatThrownBy(stream::read)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("key")
                    .hasMessageContaining("beyond byte 600, wanted to 1000");
        }
    }

    @Test
    void connectionIsUsedAgainAfterAnObjectWasReadToItsEnd() throws IOException {
        Set<Integer> ports = ConcurrentHashMap.newKeySet();
        server.answer((request, exchange) -> {
            ports.add(exchange.getRemoteAddress().getPort());
            RecordingServer.answerLikeS3(request, exchange);
        });
        for (int i = 0; i < 20; i++) {
            try (ObjectStream stream = store.open(ObjectRead.whole("key"))) {
                assertThat(stream.readAllBytes()).hasSize(5);
            }
        }
        assertThat(ports).hasSize(1);
    }

    @Test
    void storeWithoutRangesIsReadUpToTheRange() throws IOException {
        server.answer((request, exchange) -> {
            head(exchange, "t");
            RecordingServer.send(exchange, 200, "0123456789");
        });
        try (ObjectStream stream = store.open(new ObjectRead("key", 3, 6, Optional.of("t")))) {
            assertThat(stream.readAllBytes()).asString(UTF_8).isEqualTo("345");
            assertThat(stream.info().size()).isEqualTo(10);
        }
    }

    @Test
    void anotherVersionIsRefusedAlsoFromAStoreThatIgnoresTheCondition() {
        server.answer((request, exchange) -> {
            head(exchange, "new");
            RecordingServer.send(exchange, 200, "hello");
        });
        assertThatThrownBy(() -> store.open(new ObjectRead("key", 0, Long.MAX_VALUE, Optional.of("old"))))
                .isInstanceOf(ObjectChangedException.class)
                .hasMessageContaining("expected version old, found version new");
    }

    @Test
    void rangeOtherThanTheOneAskedForIsRefused() {
        for (String range : List.of("bytes 0-4/100", "bytes 12-14/100", "bytes 10-8/100", "bytes */100", "10-14")) {
            server.answer((request, exchange) -> {
                head(exchange, "t");
                exchange.getResponseHeaders().add("Content-Range", range);
                RecordingServer.send(exchange, 206, "hello");
            });
            assertThatThrownBy(() -> store.open(new ObjectRead("key", 10, 15, Optional.empty())))
                    .as(range)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("another range");
        }
    }

    @Test
    void readerIsLetGoWhenItIsInterruptedOrTheStoreCloses() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        server.answer((request, exchange) -> {
            head(exchange, "t");
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            await(never);
        });
        Reader interrupted = new Reader(store);
        interrupted.started.await();
        interrupted.thread.interrupt();
        assertThat(interrupted.failure())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("interrupted");

        Reader closed = new Reader(store);
        closed.started.await();
        store.close();
        assertThat(closed.failure()).isInstanceOf(StoreAccessException.class).hasMessageContaining("store is closed");
        never.countDown();
    }

    /** Reads one byte, and then waits for one that does not come. */
    private static final class Reader {

        private final CountDownLatch started = new CountDownLatch(1);
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final Thread thread;

        Reader(ObjectStore store) {
            thread = new Thread(() -> failure.set(catchThrowable(() -> {
                try (ObjectStream stream = store.open(ObjectRead.whole("key"))) {
                    stream.read();
                    started.countDown();
                    stream.read();
                }
            })));
            thread.start();
        }

        Throwable failure() throws InterruptedException {
            thread.join(PROMPT.toMillis());
            assertThat(thread.isAlive()).as("still waits").isFalse();
            return failure.get();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- listing

    @Test
    void listingOutOfOrderIsRefused() {
        server.answer((request, exchange) -> RecordingServer.send(exchange, 200, page("", "b", "a")));
        assertThatThrownBy(() -> keys(store.list("", "")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("a after b, out of order");
    }

    @Test
    void listingThatDoesNotAdvanceEnds() {
        String again = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>";
        server.answer((request, exchange) -> RecordingServer.send(exchange, 200, page(again)));
        assertThatThrownBy(() -> keys(store.list("", "")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("not where it goes on");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void keysThatWereNotAskedForAreLeftOut() throws IOException {
        server.answer((request, exchange) -> RecordingServer.send(exchange, 200, page("", "", "a", "b", "b/1", "c")));
        assertThat(keys(store.list("b", "b"))).as("no start, no prefix").containsExactly("b/1");
    }

    @Test
    void listingOfAnotherPlaceIsRefused() {
        server.answer((request, exchange) ->
                RecordingServer.send(exchange, 200, page("", "a").replace("app/", "other/")));
        assertThatThrownBy(() -> keys(store.list("", "")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("outside");
    }

    @Test
    void answerThatIsTooLongEnds() {
        server.answer((request, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("<ListBucketResult>".getBytes(UTF_8));
            byte[] spaces = " ".repeat(1 << 20).getBytes(UTF_8);
            for (int i = 0; i < 64; i++) {
                exchange.getResponseBody().write(spaces);
            }
        });
        assertThatThrownBy(() -> keys(store.list("", ""))).isInstanceOf(StoreUnavailableException.class);
    }

    // ---- deleting

    @Test
    void deletesOneByOneWhereTheStoreKnowsNoMore() throws IOException {
        server.answer((request, exchange) -> {
            if (request.method().equals("POST")) {
                RecordingServer.send(exchange, 501, "<Error><Code>NotImplemented</Code></Error>");
            } else {
                RecordingServer.answerLikeS3(request, exchange);
            }
        });
        store.delete(List.of("a", "b", "c"));
        assertThat(server.requests()).extracting(Request::method).containsExactly("POST", "DELETE", "DELETE", "DELETE");
        assertThat(server.lastRequest().target()).isEqualTo("/bucket/app/c");
    }

    @Test
    void keysThatAreLeftAreNamed() {
        server.answer((request, exchange) -> RecordingServer.send(
                exchange,
                200,
                "<DeleteResult><Error><Key>app/b</Key><Code>AccessDenied</Code></Error>"
                        + "<Error><Key>app/c</Key><Code>NoSuchKey</Code></Error></DeleteResult>"));
        assertThatThrownBy(() -> store.delete(List.of("a", "b", "c")))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("cannot delete 1 of 3 objects")
                .hasMessageContaining("left: b: the store says AccessDenied");
    }

    @Test
    void deletesAThousandByOneRequest() throws IOException {
        AtomicInteger most = new AtomicInteger();
        server.answer((request, exchange) -> {
            most.accumulateAndGet(request.text().split("<Key>").length - 1, Math::max);
            RecordingServer.answerLikeS3(request, exchange);
        });
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            keys.add("key-" + i);
        }
        store.delete(keys);
        assertThat(server.requests()).hasSize(3);
        assertThat(most).hasValue(1_000);
    }
}
