// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine that keeps what it is asked, and answers as it is told: the store's smallest answers at first. */
final class AnsweringServer implements AutoCloseable {

    /** What it tells of each object. */
    static final String OBJECT = "{\"bucket\":\"bucket\",\"name\":\"app/a\",\"size\":\"5\",\"generation\":\"17\","
            + "\"timeCreated\":\"2026-03-03T10:00:00.123Z\",\"metadata\":{\"litestream-timestamp\":\"2021-03-04T05:06:07Z\"}}";

    /**
     * One request.
     *
     * @param target as it stands in the request line
     */
    record Request(String method, String target, Map<String, List<String>> headers, String body) {

        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst();
        }

        /** Whether a token is asked for. */
        boolean isForToken() {
            return target.startsWith("/token");
        }
    }

    /** Answers a request; its body has been read. */
    interface Answers {
        void answer(Request request, HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private volatile Answers answers = AnsweringServer::answerLikeTheStore;

    private AnsweringServer(HttpServer server) {
        this.server = server;
        server.createContext("/", this::record);
        server.setExecutor(threads);
        server.start();
    }

    static AnsweringServer start() throws IOException {
        return new AnsweringServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    private void record(HttpExchange exchange) throws IOException {
        Request request = new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        requests.add(request);
        try (exchange) {
            answers.answer(request, exchange);
        } catch (IOException e) {
            // The client has gone; tests that let it go look at the client.
            throw new UncheckedIOException(e);
        }
    }

    /** Host and port. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on it answers so. */
    void answer(Answers with) {
        answers = with;
    }

    /** From now on it refuses each request, but gives out tokens. */
    void refuse(int status, String reason, String message, Map<String, String> headers) {
        answer((request, exchange) -> {
            if (request.isForToken()) {
                answerLikeTheStore(request, exchange);
                return;
            }
            headers.forEach(exchange.getResponseHeaders()::add);
            send(exchange, status, error(status, reason, message));
        });
    }

    static String error(int status, String reason, String message) {
        return "{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\",\"errors\":[{\"reason\":\"" + reason
                + "\",\"message\":\"" + message + "\"}]}}";
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** A bucket that takes everything and lists nothing, in which each object has five bytes. */
    static void answerLikeTheStore(Request request, HttpExchange exchange) throws IOException {
        if (request.isForToken()) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            send(
                    exchange,
                    200,
                    "{\"access_token\":\"pl4nted-token\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
                            + "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}");
        } else if (request.method().equals("DELETE")) {
            exchange.sendResponseHeaders(204, -1);
        } else if (request.target().contains("alt=media")) {
            exchange.getResponseHeaders().add("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT");
            exchange.getResponseHeaders().add("x-goog-generation", "17");
            send(exchange, 200, "hello");
        } else if (request.target().startsWith("/batch")) {
            send(exchange, 404, "Not Found");
        } else {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            boolean list = request.method().equals("GET") && !request.target().contains("/o/");
            send(exchange, 200, list ? "{}" : OBJECT);
        }
    }

    /** All requests so far but those for tokens, in the order they came. */
    List<Request> requests() {
        return List.copyOf(requests).stream()
                .filter(request -> !request.isForToken())
                .toList();
    }

    /** Those for tokens. */
    List<Request> tokenRequests() {
        return List.copyOf(requests).stream().filter(Request::isForToken).toList();
    }

    Request onlyRequest() {
        if (requests().size() != 1) {
            throw new AssertionError("not one request: " + requests());
        }
        return requests().get(0);
    }

    void forget() {
        requests.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
