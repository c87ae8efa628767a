// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Where the body of a request or a response ends.
 *
 * @param framing how that is told
 * @param length in bytes, if it is told by that
 */
record HttpBody(Framing framing, long length) {

    enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private static final HttpBody NONE = new HttpBody(Framing.NONE, 0);
    private static final int LONGEST_LINE = 16 << 10;

    /** Takes what is relayed. */
    interface Sink {
        /** Bytes of the body. */
        void data(byte[] bytes, int length) throws IOException;

        /** What stands around them: sizes of chunks, trailers. */
        void framing(byte[] bytes) throws IOException;
    }

    static HttpBody ofRequest(HttpHead head) throws IOException {
        return of(head, NONE);
    }

    static HttpBody ofResponse(HttpHead head, String method) throws IOException {
        int status = head.status();
        return method.equals("HEAD") || status == 204 || status == 304
                ? NONE
                : of(head, new HttpBody(Framing.UNTIL_CLOSE, 0));
    }

    private static HttpBody of(HttpHead head, HttpBody otherwise) throws IOException {
        if (head.lists("transfer-encoding", "chunked")) {
            return new HttpBody(Framing.CHUNKED, 0);
        }
        Optional<String> length = head.value("content-length");
        if (length.isEmpty()) {
            return otherwise;
        }
        if (!length.get().matches("[0-9]{1,18}")) {
            throw new IOException("no length: " + length.get());
        }
        return new HttpBody(Framing.LENGTH, Long.parseLong(length.get()));
    }

    /** Reads the body to its end, and no further. */
    void relay(InputStream in, Sink sink) throws IOException {
        switch (framing) {
            case NONE -> {}
            case LENGTH -> copy(in, length, sink);
            case CHUNKED -> relayChunks(in, sink);
            case UNTIL_CLOSE -> copyAll(in, sink);
        }
    }

    private static void relayChunks(InputStream in, Sink sink) throws IOException {
        while (true) {
            String line = line(in);
            sink.framing((line + "\r\n").getBytes(ISO_8859_1));
            String size = line.split(";", 2)[0].strip();
            if (!size.matches("[0-9a-fA-F]{1,15}")) {
                throw new IOException("no size of a chunk");
            }
            long bytes = Long.parseLong(size, 16);
            if (bytes == 0) {
                break;
            }
            copy(in, bytes, sink);
            sink.framing((line(in) + "\r\n").getBytes(ISO_8859_1));
        }
        String trailer;
        do {
            trailer = line(in);
            sink.framing((trailer + "\r\n").getBytes(ISO_8859_1));
        } while (!trailer.isEmpty());
    }

    private static String line(InputStream in) throws IOException {
        return HttpHead.readLine(in, LONGEST_LINE)
                .orElseThrow(() -> new EOFException("connection ended within chunks"));
    }

    private static void copy(InputStream in, long bytes, Sink sink) throws IOException {
        byte[] buffer = new byte[16 << 10];
        long left = bytes;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException("connection ended " + left + " bytes before the end of the body");
            }
            sink.data(buffer, count);
            left -= count;
        }
    }

    private static void copyAll(InputStream in, Sink sink) throws IOException {
        byte[] buffer = new byte[16 << 10];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            sink.data(buffer, count);
        }
    }
}
