// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Objects by path and query over HTTP, with ranges, ETags and signatures, on the server that comes with Java. */
final class SmallHttpServer implements AutoCloseable {

    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]+)");

    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    SmallHttpServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    Map<String, byte[]> objects() {
        return objects;
    }

    int requests() {
        return requests.get();
    }

    /** As a signature does it, over what must reach the server unchanged. */
    static String sign(String method, String host, String target) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("key".getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal((method + "\n" + host + "\n" + target).getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            String target = exchange.getRequestURI().toString();
            byte[] body = exchange.getRequestBody().readAllBytes();
            String signature = exchange.getRequestHeaders().getFirst("Authorization");
            String expected = "TEST Signature="
                    + sign(
                            exchange.getRequestMethod(),
                            exchange.getRequestHeaders().getFirst("Host"),
                            target);
            byte[] object = objects.get(target);
            if (signature != null && signature.startsWith("TEST") && !signature.equals(expected)) {
                exchange.sendResponseHeaders(403, -1);
            } else if (exchange.getRequestMethod().equals("PUT")) {
                objects.put(target, body);
                exchange.sendResponseHeaders(201, -1);
            } else if (object == null) {
                exchange.sendResponseHeaders(404, -1);
            } else if (exchange.getRequestMethod().equals("DELETE")) {
                objects.remove(target);
                exchange.sendResponseHeaders(204, -1);
            } else {
                give(exchange, object);
            }
        }
    }

    private static void give(com.sun.net.httpserver.HttpExchange exchange, byte[] object) throws IOException {
        String version = "\"" + object.length + "\"";
        exchange.getResponseHeaders().set("ETag", version);
        String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
        Matcher matcher = RANGE.matcher(range);
        if (version.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
        } else if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(object.length));
            exchange.sendResponseHeaders(200, -1);
        } else if (matcher.matches()) {
            byte[] part = Arrays.copyOfRange(
                    object, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)) + 1);
            exchange.sendResponseHeaders(206, part.length);
            exchange.getResponseBody().write(part);
        } else {
            boolean chunked = exchange.getRequestHeaders().containsKey("X-Chunked");
            exchange.sendResponseHeaders(200, chunked ? 0 : object.length);
            exchange.getResponseBody().write(object);
        }
    }
}
