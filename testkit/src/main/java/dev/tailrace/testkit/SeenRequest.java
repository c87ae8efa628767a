// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * A request that came to an {@link HttpFaultProxy}, without its secrets.
 *
 * @param number in the order the requests came, counted from 1, over all connections
 * @param method in upper case
 * @param path as sent, percent-encoded
 * @param query what follows the question mark, as sent but with {@code ***} for the values of secrets; empty if there is none
 * @param headers by name in lower case, with {@code ***} for secrets
 */
public record SeenRequest(int number, String method, String path, String query, Map<String, List<String>> headers) {

    public SeenRequest {
        requireNonNull(method, "method");
        requireNonNull(path, "path");
        requireNonNull(query, "query");
        headers = Map.copyOf(headers);
    }

    /** Whether it reads an object, or a list of them. */
    public boolean isGet() {
        return method.equals("GET");
    }

    /** Method, path and query, for messages. */
    @Override
    public String toString() {
        return method + " " + path + (query.isEmpty() ? "" : "?" + query);
    }
}
