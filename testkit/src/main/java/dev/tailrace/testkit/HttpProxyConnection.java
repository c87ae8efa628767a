// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailrace.testkit.HttpFault.Effect;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One client's connection: its requests, one after another. */
final class HttpProxyConnection implements Runnable {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);

    private final HttpFaultProxy proxy;
    private final Socket client;

    HttpProxyConnection(HttpFaultProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    @Override
    public void run() {
        try {
            try {
                client.setTcpNoDelay(true);
                InputStream in = new BufferedInputStream(client.getInputStream());
                OutputStream out = client.getOutputStream();
                boolean goesOn = true;
                while (goesOn) {
                    goesOn = exchange(in, out);
                }
            } catch (ConnectionEnd end) {
                if (end.isReset()) {
                    // With nothing to linger for, closing resets.
                    client.setSoLinger(true, 0);
                }
            } finally {
                proxy.release(client);
            }
        } catch (IOException peerGone) {
            // A client may leave, and a server may break off; what was sent up to then is on record.
        }
    }

    private boolean exchange(InputStream in, OutputStream out) throws IOException {
        Optional<HttpHead> read = HttpHead.read(in);
        if (read.isEmpty()) {
            return false;
        }
        HttpHead request = read.get();
        if (!request.isRequest()) {
            out.write(answer(Effect.Answer.of(400), false).bytes());
            return false;
        }
        HttpExchange exchange = proxy.begin(request);
        HttpBody body = HttpBody.ofRequest(request);
        boolean expects = request.lists("expect", "100-continue");
        if (exchange.fault() instanceof Effect.Answer answer) {
            proxy.pause(proxy.latency());
            // Without a word to go on, the client does not send the body.
            boolean unread = expects && body.framing() != HttpBody.Framing.NONE;
            if (!unread) {
                body.relay(in, new Upload(exchange, OutputStream.nullOutputStream()));
            }
            return give(answer, exchange, request, unread, out);
        }
        proxy.pause(proxy.latency());
        if (expects) {
            out.write(CONTINUE);
        }
        Socket server;
        try {
            server = proxy.connect();
        } catch (IOException e) {
            Effect.Answer unreachable =
                    new Effect.Answer(502, Map.of(), "the server behind the proxy cannot be reached: " + e);
            return give(unreachable, exchange, request, true, out);
        }
        try {
            return forward(request, body, exchange, in, out, server);
        } finally {
            proxy.release(server);
        }
    }

    private boolean forward(
            HttpHead request, HttpBody body, HttpExchange exchange, InputStream in, OutputStream out, Socket server)
            throws IOException {
        OutputStream up = server.getOutputStream();
        Upload upload = new Upload(exchange, up);
        up.write(request.withoutConnection().with("Connection", "close").bytes());
        body.relay(in, upload);

        InputStream down = new BufferedInputStream(server.getInputStream());
        HttpHead response;
        do {
            response = HttpHead.read(down).orElseThrow(() -> new IOException("the server ended without a response"));
        } while (response.status() < 200);
        HttpBody responseBody = HttpBody.ofResponse(response, request.method());
        boolean goesOn = request.keepsAlive()
                && !upload.isBroken()
                && responseBody.framing() != HttpBody.Framing.UNTIL_CLOSE
                && !(exchange.fault() instanceof Effect.WrongLength);
        HttpHead given = response.withoutConnection();
        if (!goesOn) {
            given = given.with("Connection", "close");
        }
        Optional<String> length = given.value("content-length");
        if (exchange.fault() instanceof Effect.WrongLength wrong && length.isPresent()) {
            given = given.with("Content-Length", Long.toString(Long.parseLong(length.get()) + wrong.more()));
        }
        FaultyResponse way = new FaultyResponse(proxy, exchange, out);
        way.head(given);
        responseBody.relay(down, way);
        return goesOn;
    }

    private boolean give(
            Effect.Answer answer, HttpExchange exchange, HttpHead request, boolean unread, OutputStream out)
            throws IOException {
        boolean goesOn = request.keepsAlive() && !unread;
        byte[] body = answer.body().getBytes(UTF_8);
        exchange.setStatus(answer.status());
        boolean bodiless = request.method().equals("HEAD") || answer.status() == 204 || answer.status() == 304;
        if (!bodiless) {
            exchange.addResponseBytes(body.length);
        }
        out.write(answer(answer, goesOn).bytes());
        if (!bodiless) {
            out.write(body);
        }
        return goesOn;
    }

    private static HttpHead answer(Effect.Answer answer, boolean goesOn) {
        List<HttpHead.Header> headers = new ArrayList<>();
        answer.headers().forEach((name, value) -> headers.add(new HttpHead.Header(name, value)));
        if (answer.status() != 204) {
            headers.add(new HttpHead.Header(
                    "Content-Length", Integer.toString(answer.body().getBytes(UTF_8).length)));
        }
        if (!goesOn) {
            headers.add(new HttpHead.Header("Connection", "close"));
        }
        return new HttpHead("HTTP/1.1 " + answer.status() + " Fault", headers);
    }

    /** The way of a request's body to the server, which may answer and be gone before it has all of it. */
    private static final class Upload implements HttpBody.Sink {

        private final HttpExchange exchange;
        private final OutputStream out;
        private boolean broken;

        Upload(HttpExchange exchange, OutputStream out) {
            this.exchange = exchange;
            this.out = out;
        }

        boolean isBroken() {
            return broken;
        }

        @Override
        public void data(byte[] bytes, int length) {
            exchange.addRequestBytes(length);
            write(bytes, length);
        }

        @Override
        public void framing(byte[] bytes) {
            write(bytes, bytes.length);
        }

        private void write(byte[] bytes, int length) {
            try {
                if (!broken) {
                    out.write(bytes, 0, length);
                }
            } catch (IOException e) {
                broken = true;
            }
        }
    }
}
