// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.testkit.HttpFault.Effect;
import dev.tailrace.testkit.HttpFault.Effect.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HttpFaultProxyTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private SmallHttpServer server;
    private HttpFaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new SmallHttpServer();
        proxy = HttpFaultProxy.before(server.endpoint());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(proxy.endpoint().resolve(target));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String target) throws Exception {
        return send(request(target));
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    // ---- faithful

    @Test
    void passesRequestsAndResponsesAsTheyAre() throws Exception {
        byte[] content = bytes(300_000);
        String target = "/bucket/a%2Fb%20c?list-type=2&prefix=x%2Fy&flag";

        HttpResponse<byte[]> put = send(request(target).PUT(BodyPublishers.ofByteArray(content)));
        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(server.objects()).containsOnlyKeys(target);
        assertThat(server.objects().get(target)).isEqualTo(content);

        HttpResponse<byte[]> whole = get(target);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(content);
        assertThat(whole.headers().firstValue("etag")).contains("\"300000\"");

        HttpResponse<byte[]> part = send(request(target).header("Range", "bytes=1000-1999"));
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 1_000, 2_000));

        HttpResponse<byte[]> head = send(request(target).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains("300000");

        HttpResponse<byte[]> same = send(request(target).header("If-None-Match", "\"300000\""));
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(send(request(target).DELETE()).statusCode()).isEqualTo(204);
        assertThat(get(target).statusCode()).isEqualTo(404);

        assertThat(proxy.exchanges())
                .extracting(SeenExchange::status)
                .containsExactly(201, 200, 206, 200, 304, 204, 404);
        assertThat(proxy.exchanges())
                .extracting(SeenExchange::requestBytes)
                .containsExactly(300_000L, 0L, 0L, 0L, 0L, 0L, 0L);
        assertThat(proxy.exchanges())
                .extracting(SeenExchange::responseBytes)
                .containsExactly(0L, 300_000L, 1_000L, 0L, 0L, 0L, 0L);
        assertThat(proxy.connections()).as("kept alive").isEqualTo(1);
    }

    @Test
    void passesChunkedRequestsAndResponses() throws Exception {
        byte[] content = bytes(100_000);
        HttpRequest.BodyPublisher ofUnknownLength =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content));

        send(request("/x").PUT(ofUnknownLength));
        assertThat(server.objects().get("/x")).isEqualTo(content);
        HttpResponse<byte[]> chunked = send(request("/x").header("X-Chunked", "yes"));
        assertThat(chunked.body()).isEqualTo(content);
        assertThat(chunked.headers().firstValue("transfer-encoding")).contains("chunked");
        assertThat(proxy.exchanges()).extracting(SeenExchange::requestBytes).containsExactly(100_000L, 0L);
        assertThat(proxy.exchanges()).extracting(SeenExchange::responseBytes).containsExactly(0L, 100_000L);
    }

    @Test
    void passesExtensionsAndTrailersOfChunks() throws Exception {
        String request = "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n";
        String requestBody = "5;chunk-signature=ab\r\nhello\r\n0;chunk-signature=cd\r\nx-sum: 1\r\n\r\n";
        String response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
        String responseBody = "A;x=y\r\n0123456789\r\n1\r\n!\r\n0\r\nx-sum: 2\r\nx-more: 3\r\n\r\n";
        try (ServerSocket raw = new ServerSocket(0);
                HttpFaultProxy before = HttpFaultProxy.before(URI.create("http://localhost:" + raw.getLocalPort()))) {
            CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = raw.accept()) {
                    String got = readUntil(socket.getInputStream(), "\r\nx-sum: 1\r\n\r\n");
                    socket.getOutputStream().write((response + "\r\n" + responseBody).getBytes(ISO_8859_1));
                    return got;
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            try (Socket socket = connect(before)) {
                socket.getOutputStream().write((request + "\r\n" + requestBody).getBytes(ISO_8859_1));
                assertThat(readUntil(socket.getInputStream(), "\r\nx-more: 3\r\n\r\n"))
                        .isEqualTo(response + "\r\n" + responseBody);
            }
            assertThat(received.get()).isEqualTo(request + "Connection: close\r\n\r\n" + requestBody);
            assertThat(before.exchanges().get(0).requestBytes()).isEqualTo(5);
            assertThat(before.exchanges().get(0).responseBytes()).isEqualTo(11);
        }
    }

    @Test
    void passesBodyThatEndsWithTheConnection() throws Exception {
        try (ServerSocket raw = new ServerSocket(0);
                HttpFaultProxy before = HttpFaultProxy.before(URI.create("http://localhost:" + raw.getLocalPort()))) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
                try (Socket socket = raw.accept()) {
                    readUntil(socket.getInputStream(), "\r\n\r\n");
                    socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\nbody".getBytes(ISO_8859_1));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(before.endpoint()).build(), BodyHandlers.ofString());
            answered.get();
            assertThat(response.body()).isEqualTo("body");
            assertThat(response.headers().firstValue("connection")).contains("close");
        }
    }

    @Test
    void leavesSignedRequestsValid() throws Exception {
        HttpRequest.Builder signed = request("/bucket/key?x=1%202");
        String signature =
                SmallHttpServer.sign("GET", "127.0.0.1:" + proxy.endpoint().getPort(), "/bucket/key?x=1%202");
        server.objects().put("/bucket/key?x=1%202", new byte[1]);

        assertThat(send(signed.header("Authorization", "TEST Signature=" + signature))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(signed.setHeader("Authorization", "TEST Signature=wrong"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void tellsClientsToGoOn() throws Exception {
        HttpResponse<byte[]> put =
                send(request("/x").expectContinue(true).PUT(BodyPublishers.ofByteArray(bytes(50_000))));
        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(server.objects().get("/x")).isEqualTo(bytes(50_000));
    }

    @Test
    void passesTheServersEarlyEndOn() throws Exception {
        try (ServerSocket raw = new ServerSocket(0);
                HttpFaultProxy before = HttpFaultProxy.before(URI.create("http://localhost:" + raw.getLocalPort()))) {
            CompletableFuture<Void> broken = CompletableFuture.runAsync(() -> {
                try (Socket socket = raw.accept()) {
                    readUntil(socket.getInputStream(), "\r\n\r\n");
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbod".getBytes(ISO_8859_1));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            HttpRequest request = HttpRequest.newBuilder(before.endpoint()).build();
            assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            broken.get();
            assertThat(before.exchanges().get(0).responseBytes()).isEqualTo(3);
        }
    }

    @Test
    void answersThatTheServerCannotBeReached() throws Exception {
        server.close();
        assertThat(get("/x").statusCode()).isEqualTo(502);
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        try (Socket socket = connect(proxy)) {
            socket.getOutputStream().write("CONNECT host:443 HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThatThrownBy(() -> HttpFaultProxy.before(URI.create("https://localhost")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- on record

    @Test
    void keepsNoSecrets() throws Exception {
        get("/x?X-Amz-Signature=pl4nted&prefix=a&sig=pl4nted&X-Amz-Security-Token=pl4nted&continuation-token=abc");
        send(request("/x")
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=pl4nted")
                .header("x-amz-security-token", "pl4nted")
                .header("Cookie", "pl4nted")
                .header("x-amz-date", "20260101T000000Z"));

        SeenRequest first = proxy.exchanges().get(0).request();
        assertThat(first.query())
                .isEqualTo("X-Amz-Signature=***&prefix=a&sig=***&X-Amz-Security-Token=***&continuation-token=abc");
        SeenRequest second = proxy.exchanges().get(1).request();
        assertThat(second.number()).isEqualTo(2);
        assertThat(second.headers()).containsEntry("authorization", List.of("AWS4-HMAC-SHA256 ***"));
        assertThat(second.headers()).containsEntry("x-amz-date", List.of("20260101T000000Z"));
        assertThat(proxy.exchanges().toString()).doesNotContain("pl4nted");
    }

    // ---- faults

    @Test
    void answersInThePlaceOfTheServer() throws Exception {
        proxy.inject(
                HttpFault.at(1, Answer.of(503)),
                HttpFault.at(2, Answer.retryAfter(429, 7)),
                HttpFault.at(3, new Answer(500, Map.of("X-Id", "1"), "<Error/>")),
                HttpFault.at(5, Answer.redirectTo(URI.create("http://elsewhere.invalid/x"))));

        assertThat(send(request("/x").PUT(BodyPublishers.ofByteArray(bytes(10_000))))
                        .statusCode())
                .isEqualTo(503);
        HttpResponse<byte[]> later = get("/x");
        assertThat(later.statusCode()).isEqualTo(429);
        assertThat(later.headers().firstValue("retry-after")).contains("7");
        assertThat(get("/x").body()).asString(UTF_8).isEqualTo("<Error/>");
        assertThat(get("/x").statusCode()).isEqualTo(404);
        HttpResponse<byte[]> elsewhere = get("/x");
        assertThat(elsewhere.statusCode()).isEqualTo(307);
        assertThat(elsewhere.headers().firstValue("location")).contains("http://elsewhere.invalid/x");
        assertThat(server.requests()).isEqualTo(1);
        assertThat(proxy.connections()).isEqualTo(1);
    }

    @Test
    void refusesBeforeTheBodyIsSent() throws Exception {
        proxy.inject(HttpFault.once(request -> true, Answer.of(403)));
        HttpResponse<byte[]> put =
                send(request("/x").expectContinue(true).PUT(BodyPublishers.ofByteArray(bytes(50_000))));
        assertThat(put.statusCode()).isEqualTo(403);
        assertThat(proxy.exchanges().get(0).requestBytes()).isZero();
    }

    @Test
    void happensToChosenRequestsSoOftenInTheOrderAdded() throws Exception {
        server.objects().put("/a", bytes(10));
        server.objects().put("/b", bytes(10));
        proxy.inject(
                new HttpFault(request -> request.path().equals("/a"), 2, Answer.of(500)),
                HttpFault.once(SeenRequest::isGet, Answer.of(503)));

        assertThat(List.of(get("/a"), get("/b"), get("/a"), get("/b"), get("/a")))
                .extracting(HttpResponse::statusCode)
                .containsExactly(500, 503, 500, 200, 200);
        proxy.forget();
        assertThat(proxy.exchanges()).isEmpty();
        get("/a");
        assertThat(proxy.exchanges().get(0).request().number()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 50_000, 99_999})
    void cutsBodies(long after) throws Exception {
        server.objects().put("/x", bytes(100_000));
        proxy.inject(HttpFault.at(1, new Effect.Cut(after)));

        assertThatThrownBy(() -> get("/x")).isInstanceOf(IOException.class);
        assertThat(proxy.exchanges().get(0).responseBytes()).isEqualTo(after);
        assertThat(proxy.exchanges().get(0).status()).isEqualTo(200);
        assertThat(proxy.exchanges().get(0).fault()).contains(new Effect.Cut(after));
        assertThat(get("/x").body()).isEqualTo(bytes(100_000));
    }

    @Test
    void endsConnectionsWithoutAnAnswer() throws Exception {
        server.objects().put("/x", bytes(10));
        proxy.inject(HttpFault.at(1, new Effect.Cut(Effect.BEFORE_HEAD)));
        try (Socket socket = connect(proxy)) {
            socket.getOutputStream().write("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
        assertThat(proxy.exchanges().get(0).status()).isZero();
        assertThat(server.requests()).as("the server knows of it").isEqualTo(1);
    }

    @Test
    void givesAllBytesUpToTheCut() throws Exception {
        server.objects().put("/x", bytes(100_000));
        proxy.inject(HttpFault.at(1, new Effect.Cut(33_333)));
        HttpResponse<InputStream> response = client.send(request("/x").build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertThat(body.readNBytes(33_333)).isEqualTo(Arrays.copyOf(bytes(100_000), 33_333));
            assertThatThrownBy(body::read).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 50_000})
    void resetsConnections(long after) throws Exception {
        server.objects().put("/x", bytes(100_000));
        proxy.inject(HttpFault.at(1, new Effect.Reset(after)));
        try (Socket socket = connect(proxy)) {
            socket.getOutputStream().write("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void stallsAndGoesOn() throws Exception {
        server.objects().put("/x", bytes(1_000));
        proxy.inject(
                HttpFault.at(1, new Effect.Stall(Effect.BEFORE_HEAD, Duration.ofMillis(300))),
                HttpFault.at(2, new Effect.Stall(500, Duration.ofMillis(300))));
        for (int i = 0; i < 2; i++) {
            long start = System.nanoTime();
            assertThat(get("/x").body()).isEqualTo(bytes(1_000));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        }
    }

    @Test
    void stallsForever() throws Exception {
        server.objects().put("/x", bytes(1_000));
        proxy.inject(
                HttpFault.at(1, new Effect.Stall(Effect.BEFORE_HEAD, LONG)),
                HttpFault.at(2, new Effect.Stall(500, LONG)));

        assertThatThrownBy(() -> send(request("/x").timeout(Duration.ofMillis(300))))
                .isInstanceOf(HttpTimeoutException.class);
        CompletableFuture<HttpResponse<byte[]>> stalled =
                client.sendAsync(request("/x").build(), BodyHandlers.ofByteArray());
        assertThatThrownBy(() -> stalled.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(proxy.exchanges().get(1).responseBytes()).isEqualTo(500);
        proxy.close();
        assertThatThrownBy(stalled::get).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void changesOneBit() throws Exception {
        server.objects().put("/x", bytes(100_000));
        for (int at : new int[] {0, 1, 40_000, 99_999}) {
            proxy.forget();
            proxy.inject(HttpFault.at(1, new Effect.Corrupt(at)));
            byte[] expected = bytes(100_000);
            expected[at] ^= 1;
            assertThat(get("/x").body()).isEqualTo(expected);
        }
    }

    @Test
    void promisesAnotherLength() throws Exception {
        server.objects().put("/x", bytes(1_000));
        proxy.inject(HttpFault.at(1, new Effect.WrongLength(5)), HttpFault.at(2, new Effect.WrongLength(-5)));

        assertThatThrownBy(() -> get("/x")).isInstanceOf(IOException.class);
        HttpResponse<byte[]> shorter = get("/x");
        assertThat(shorter.body()).isEqualTo(Arrays.copyOf(bytes(1_000), 995));
    }

    @Test
    void givesBodiesSlowly() throws Exception {
        server.objects().put("/x", bytes(10_000));
        proxy.inject(HttpFault.at(1, new Effect.Slow(20_000)));
        long start = System.nanoTime();
        assertThat(get("/x").body()).isEqualTo(bytes(10_000));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(400));

        proxy.setBandwidth(20_000);
        start = System.nanoTime();
        assertThat(get("/x").body()).isEqualTo(bytes(10_000));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(400));
    }

    @Test
    void addsLatencyToEachRequest() throws Exception {
        server.objects().put("/x", bytes(10));
        get("/x");
        proxy.setLatency(Duration.ofMillis(50));
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            get("/x");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }

    // ---- closing

    @Test
    void leavesNoThreadAndNoSocket() throws Exception {
        NothingLeftBehind proof = NothingLeftBehind.ofThreads().andOpenFiles();
        proof.beforeEach(null);
        SmallHttpServer another = new SmallHttpServer();
        another.objects().put("/x", bytes(1_000_000));
        HttpFaultProxy closing = HttpFaultProxy.before(another.endpoint());
        closing.inject(HttpFault.at(2, new Effect.Stall(500, LONG)), HttpFault.at(3, new Effect.Stall(-1, LONG)));
        Socket idle = connect(closing);
        Socket served = connect(closing);
        Socket stalledWithin = connect(closing);
        Socket stalledBefore = connect(closing);
        Socket withinHead = connect(closing);
        withinHead.getOutputStream().write("GET /x HTT".getBytes(ISO_8859_1));
        Socket withinBody = connect(closing);
        byte[] get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1);
        served.getOutputStream().write(get);
        assertThat(served.getInputStream().readNBytes(1_000_000)).hasSize(1_000_000);
        stalledWithin.getOutputStream().write(get);
        assertThat(stalledWithin.getInputStream().read()).isEqualTo('H');
        stalledBefore.getOutputStream().write(get);
        withinBody.getOutputStream().write("PUT /y HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf".getBytes(ISO_8859_1));
        while (closing.exchanges().size() < 4) {
            Thread.onSpinWait();
        }

        closing.close();
        closing.close();
        for (Socket socket : List.of(idle, served, stalledWithin, stalledBefore, withinHead, withinBody)) {
            socket.close();
        }
        another.close();
        proof.afterEach(null);
    }

    private static Socket connect(HttpFaultProxy to) throws IOException {
        return new Socket(to.endpoint().getHost(), to.endpoint().getPort());
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            int value = in.read();
            if (value < 0) {
                throw new IOException("ended after " + text);
            }
            text.append((char) value);
        }
        return text.toString();
    }
}
