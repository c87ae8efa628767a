// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The start line and the headers of a request or a response, in their order and spelling. */
record HttpHead(String startLine, List<Header> headers) {

    private static final int LONGEST = 64 << 10;

    /** What concerns one connection, and is not for the next one. */
    private static final Set<String> OF_CONNECTION =
            Set.of("connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings");

    record Header(String name, String value) {
        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    HttpHead {
        headers = List.copyOf(headers);
    }

    /** The next one, or empty if the connection ends before it. */
    static Optional<HttpHead> read(InputStream in) throws IOException {
        String startLine;
        int left = LONGEST;
        do {
            Optional<String> line = readLine(in, left);
            if (line.isEmpty()) {
                return Optional.empty();
            }
            startLine = line.get();
            left -= startLine.length() + 2;
            // A line left over from what came before is passed over.
        } while (startLine.isEmpty());
        List<Header> headers = new ArrayList<>();
        while (true) {
            String line = readLine(in, left).orElseThrow(() -> new EOFException("connection ended within headers"));
            left -= line.length() + 2;
            if (line.isEmpty()) {
                return Optional.of(new HttpHead(startLine, headers));
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("no header: a line without a colon");
            }
            headers.add(new Header(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
    }

    /** A line without its end, or empty if the connection ends before it. */
    static Optional<String> readLine(InputStream in, int longest) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int value = in.read();
            if (value < 0) {
                if (line.length() == 0) {
                    return Optional.empty();
                }
                throw new EOFException("connection ended within a line");
            }
            if (value == '\n') {
                int end = line.length();
                boolean carriageReturn = end > 0 && line.charAt(end - 1) == '\r';
                return Optional.of(line.substring(0, carriageReturn ? end - 1 : end));
            }
            if (line.length() >= longest) {
                throw new IOException("a head of more than " + LONGEST + " bytes");
            }
            line.append((char) value);
        }
    }

    Optional<String> value(String name) {
        return headers.stream()
                .filter(header -> header.is(name))
                .map(Header::value)
                .findFirst();
    }

    /** Whether a header that is a list has that element. */
    boolean lists(String name, String element) {
        return headers.stream()
                .filter(header -> header.is(name))
                .flatMap(header -> Arrays.stream(header.value().split(",", -1)))
                .anyMatch(each -> each.strip().equalsIgnoreCase(element));
    }

    /** Without what is said to the next hop only. */
    HttpHead withoutConnection() {
        Set<String> dropped = new TreeSet<>(OF_CONNECTION);
        for (Header header : headers) {
            if (header.is("connection")) {
                for (String name : header.value().split(",", -1)) {
                    dropped.add(name.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return new HttpHead(
                startLine,
                headers.stream()
                        .filter(header -> !dropped.contains(header.name().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    /** With a header in the place of those of the same name. */
    HttpHead with(String name, String value) {
        List<Header> changed = new ArrayList<>(
                headers.stream().filter(header -> !header.is(name)).toList());
        changed.add(new Header(name, value));
        return new HttpHead(startLine, changed);
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(startLine).append("\r\n");
        headers.forEach(header ->
                text.append(header.name()).append(": ").append(header.value()).append("\r\n"));
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    // ---- of a request: "GET /path HTTP/1.1"

    boolean isRequest() {
        String[] words = startLine.split(" ", -1);
        return words.length == 3 && !words[0].isEmpty() && words[1].startsWith("/") && words[2].startsWith("HTTP/1.");
    }

    String method() {
        return startLine.substring(0, startLine.indexOf(' '));
    }

    /** Path and query. */
    String target() {
        return startLine.split(" ", -1)[1];
    }

    /** Whether the client stays connected after it. */
    boolean keepsAlive() {
        return startLine.endsWith("HTTP/1.1") && !lists("connection", "close");
    }

    // ---- of a response: "HTTP/1.1 200 OK"

    int status() throws IOException {
        String[] words = startLine.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5][0-9][0-9]")) {
            throw new IOException("no response");
        }
        return Integer.parseInt(words[1]);
    }
}
