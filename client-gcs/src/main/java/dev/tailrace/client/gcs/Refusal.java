// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonErrorContainer;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.json.JsonObjectParser;
import com.google.api.client.json.gson.GsonFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An answer that says no. */
final class Refusal extends IOException {

    private static final long serialVersionUID = 1;
    private static final int MOST_BYTES = 64 << 10;
    private static final int LONGEST_QUOTE = 200;

    private final int status;
    private final String reason;
    private final String says;
    private final transient HttpHeaders headers;

    private Refusal(int status, String reason, String says, HttpHeaders headers) {
        super("HTTP " + status + (reason.isEmpty() ? "" : " " + reason) + ": " + says);
        this.status = status;
        this.reason = reason;
        this.says = says;
        this.headers = headers;
    }

    /** Reads what an answer says, and lets go of its connection. */
    static Refusal of(HttpResponse answer) throws IOException {
        byte[] body;
        try (InputStream content = answer.getContent()) {
            body = content == null ? new byte[0] : content.readNBytes(MOST_BYTES);
        } catch (IOException e) {
            // The status says enough.
            body = new byte[0];
        }
        GoogleJsonError error = error(body);
        return error == null
                ? new Refusal(answer.getStatusCode(), "", quoted(new String(body, UTF_8)), answer.getHeaders())
                : of(answer.getStatusCode(), error, answer.getHeaders());
    }

    /** One answer of several that came in one. */
    static Refusal of(int status, GoogleJsonError error, HttpHeaders headers) {
        String reason = error.getErrors() == null || error.getErrors().isEmpty()
                ? null
                : error.getErrors().get(0).getReason();
        return new Refusal(status, reason == null ? "" : quoted(reason), quoted(error.getMessage()), headers);
    }

    private static @Nullable GoogleJsonError error(byte[] body) {
        try {
            return new JsonObjectParser(GsonFactory.getDefaultInstance())
                    .parseAndClose(new ByteArrayInputStream(body), UTF_8, GoogleJsonErrorContainer.class)
                    .getError();
        } catch (IOException | RuntimeException e) {
            // Not all that answers is a store.
            return null;
        }
    }

    int status() {
        return status;
    }

    /** The store's own word for it, such as {@code conditionNotMet}; empty if it says none. */
    String reason() {
        return reason;
    }

    /** What it says to people, on one line and not too long. */
    String says() {
        return says;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.getFirstHeaderStringValue(name)).map(String::strip);
    }

    /** Whether it is about one object, and not about the bucket. */
    boolean isOfObject() {
        return !says.contains("bucket does not exist") && !says.contains("No such bucket");
    }

    /** What others wrote, on one line and not too long. */
    static String quoted(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return "nothing";
        }
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "…";
    }
}
