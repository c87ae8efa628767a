// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import reactor.core.publisher.Mono;

/**
 * Takes the length from requests that have no body, once they are signed. Java's client sets it itself, and the adapter to it
 * logs a warning for each one that it leaves out.
 */
final class RequestsWithoutBody implements HttpClient {

    private final HttpClient client;

    RequestsWithoutBody(HttpClient client) {
        this.client = client;
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return client.send(plain(request));
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request, Context context) {
        return client.send(plain(request), context);
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        return client.sendSync(plain(request), context);
    }

    /** Another try signs the request again, and needs the length that this one had. */
    private static HttpRequest plain(HttpRequest request) {
        if (request.getBodyAsBinaryData() != null) {
            return request;
        }
        HttpRequest plain = request.copy();
        plain.getHeaders().remove(HttpHeaderName.CONTENT_LENGTH);
        return plain;
    }
}
