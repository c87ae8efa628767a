// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Addresses of servers. */
final class S3Endpoint {

    private S3Endpoint() {}

    /**
     * Reads an endpoint, with or without scheme: without one it is https, or http where {@link #isLocal}.
     *
     * @param text such as {@code localhost:9000} or {@code https://host/storage/v1/s3}
     * @param url for messages
     */
    static URI read(String text, ReplicaUrl url) {
        String address = text.strip();
        try {
            if (!address.contains("://")) {
                boolean local = isLocal(new URI("http://" + address).getHost());
                address = (local ? "http://" : "https://") + address;
            }
            URI endpoint = new URI(address);
            String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
            if (endpoint.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
                throw new ReplicaUrlException(refusal(url));
            }
            if (endpoint.getUserInfo() != null || endpoint.getQuery() != null) {
                throw new ReplicaUrlException(
                        "endpoint holds a user or options: " + url + "; write it as https://host:port");
            }
            return endpoint;
        } catch (URISyntaxException e) {
            // Without the cause, which quotes what may be a secret.
            throw new ReplicaUrlException(refusal(url));
        }
    }

    private static String refusal(ReplicaUrl url) {
        return "endpoint is no address of a server: " + url + "; write it as host, host:port or https://host:port";
    }

    /** Whether a host is this machine or in a private network: loopback, private addresses, .local, names without a dot. */
    static boolean isLocal(@org.jspecify.annotations.Nullable String host) {
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.endsWith(".local")
                || name.matches("127\\.\\d+\\.\\d+\\.\\d+|10\\.\\d+\\.\\d+\\.\\d+|192\\.168\\.\\d+\\.\\d+")
                || name.matches("172\\.(1[6-9]|2\\d|3[01])\\.\\d+\\.\\d+")
                || name.equals("[::1]")
                || name.matches("\\[f[cd][0-9a-f]{2}:.*")
                || (!name.contains(".") && !name.startsWith("["));
    }
}
