// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.api.client.googleapis.batch.BatchRequest;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.json.JsonFactory;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.storage.Storage;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.StorageOptions;
import java.io.IOException;
import java.io.InputStream;

/**
 * The store's JSON interface, spoken as Google's client speaks it: by the same generated requests, with the host, the
 * credentials, the headers, the time-outs and the HTTP transport of its options. What the client does above them is left
 * out: reads that go on by themselves after a lost connection, and retries for minutes.
 */
final class JsonApi {

    private final Storage requests;
    private final HttpRequestInitializer initializer;

    private JsonApi(Storage requests, HttpRequestInitializer initializer) {
        this.requests = requests;
        this.initializer = initializer;
    }

    /**
     * Takes over a client's options; sends nothing.
     *
     * @throws IllegalArgumentException if they are not those of a client that speaks HTTP
     */
    static JsonApi of(StorageOptions options) {
        if (!(options.getTransportOptions() instanceof HttpTransportOptions transport)) {
            throw new IllegalArgumentException("not a client over HTTP; make it by StorageOptions.http()");
        }
        HttpRequestInitializer asSet = transport.getHttpRequestInitializer(options);
        HttpRequestInitializer initializer = request -> initialize(asSet, request);
        Storage requests = new Storage.Builder(
                        transport.getHttpTransportFactory().create(), GsonFactory.getDefaultInstance(), initializer)
                .setRootUrl(options.getHost())
                .setApplicationName("tailrace")
                .build();
        return new JsonApi(requests, initializer);
    }

    private static void initialize(HttpRequestInitializer asSet, HttpRequest request) throws IOException {
        try {
            // This is where tokens are fetched.
            asSet.initialize(request);
        } catch (IOException e) {
            throw new CredentialsFailure(String.valueOf(e.getMessage()), e);
        }
        // To another server only by a URL that says so: it would be given the token.
        request.setFollowRedirects(false);
        BriefRetries.refuse(request);
    }

    Storage.Objects objects() {
        return requests.objects();
    }

    /** Several requests in one. */
    BatchRequest batch() {
        return requests.batch(initializer);
    }

    /** Sends what may be sent twice. The answer has its content still to be read. */
    HttpResponse open(HttpRequest request) throws IOException {
        BriefRetries.allow(request);
        return send(request);
    }

    /** Sends what may be sent twice, and reads the whole answer. */
    <T> T ask(HttpRequest request, Class<T> type) throws IOException {
        BriefRetries.allow(request);
        return change(request, type);
    }

    /** Sends a request once, and reads the whole answer. */
    <T> T change(HttpRequest request, Class<T> type) throws IOException {
        HttpResponse answer = send(request);
        try (InputStream content = answer.getContent()) {
            if (content == null) {
                throw new IOException("an answer without content");
            }
            return requests.getObjectParser().parseAndClose(new BoundedAnswer(content), UTF_8, type);
        } catch (IllegalArgumentException e) {
            throw new IOException("an answer that is not understood", e);
        }
    }

    private static HttpResponse send(HttpRequest request) throws IOException {
        // Servers that take a bare semicolon for a separator lose the value it stands in.
        request.setUrl(new GenericUrl(request.getUrl().build().replace(";", "%3B"), true));
        HttpResponse answer = request.setThrowExceptionOnExecuteError(false).execute();
        if (!answer.isSuccessStatusCode()) {
            throw Refusal.of(answer);
        }
        return answer;
    }

    /** A request like that of the client, with content of its own. */
    HttpRequest post(GenericUrl url, HttpContent content) throws IOException {
        return requests.getRequestFactory().buildPostRequest(url, content);
    }

    JsonFactory json() {
        return requests.getJsonFactory();
    }
}
