// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server on this machine that keeps what it is asked, and answers as it is told: S3's smallest answers at first. */
final class RecordingServer implements AutoCloseable {

    private static final String KEY_PASSWORD = "only-for-tests";

    /**
     * One request.
     *
     * @param target as it stands in the request line: absolute if a proxy is asked
     */
    record Request(String method, String target, Map<String, List<String>> headers, byte[] body) {

        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst();
        }

        String text() {
            return new String(body, UTF_8);
        }
    }

    /** Answers a request; its body has been read. */
    interface Answers {
        void answer(Request request, HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private volatile Answers answers = RecordingServer::answerLikeS3;

    private RecordingServer(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/", this::record);
        server.setExecutor(threads);
        server.start();
    }

    static RecordingServer start() throws IOException {
        return new RecordingServer(HttpServer.create(address(), 0), "http");
    }

    /** One with a certificate that nobody trusts. */
    static RecordingServer startWithTls(Path folder) throws Exception {
        Path file = folder.resolve("key.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        KEY_PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
            throw new IllegalStateException(said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, KEY_PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, KEY_PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(address(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new RecordingServer(server, "https");
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void record(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Request request = new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                body);
        requests.add(request);
        try (exchange) {
            answers.answer(request, exchange);
        } catch (IOException e) {
            // The client has gone; tests that let it go look at the client.
            throw new UncheckedIOException(e);
        }
    }

    /** From now on it answers so. */
    void answer(Answers with) {
        answers = with;
    }

    /** From now on it answers each request with that status, code and headers. */
    void refuse(int status, String code, String message, Map<String, String> headers) {
        answer((request, exchange) -> {
            headers.forEach(exchange.getResponseHeaders()::add);
            String body =
                    code.isEmpty() ? "" : "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
            send(exchange, status, request.method().equals("HEAD") ? "" : body);
        });
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** An empty bucket that takes everything, in which each object has five bytes. */
    static void answerLikeS3(Request request, HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("x-amz-request-id", "REQ-1");
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        switch (request.method()) {
            case "PUT" -> {
                exchange.getResponseHeaders().add("ETag", "\"tag\"");
                send(exchange, 200, "");
            }
            case "HEAD" -> {
                exchange.getResponseHeaders().add("ETag", "\"tag\"");
                exchange.getResponseHeaders().add("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT");
                exchange.getResponseHeaders().add("Content-Length", "5");
                exchange.sendResponseHeaders(200, -1);
            }
            case "DELETE" -> exchange.sendResponseHeaders(204, -1);
            case "POST" -> {
                if (query.startsWith("uploads")) {
                    send(
                            exchange,
                            200,
                            "<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>");
                } else if (query.startsWith("uploadId")) {
                    send(
                            exchange,
                            200,
                            "<CompleteMultipartUploadResult><ETag>\"tag\"</ETag></CompleteMultipartUploadResult>");
                } else {
                    send(exchange, 200, "<DeleteResult/>");
                }
            }
            default -> {
                if (query.contains("list-type")) {
                    send(exchange, 200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
                } else {
                    exchange.getResponseHeaders().add("ETag", "\"tag\"");
                    exchange.getResponseHeaders().add("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT");
                    send(exchange, 200, "hello");
                }
            }
        }
    }

    /** All requests so far, in the order they came. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    Request onlyRequest() {
        if (requests.size() != 1) {
            throw new AssertionError("not one request: " + requests);
        }
        return requests.get(0);
    }

    Request lastRequest() {
        return requests.get(requests.size() - 1);
    }

    void forget() {
        requests.clear();
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI uri() {
        return URI.create(scheme + "://127.0.0.1:" + port());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
