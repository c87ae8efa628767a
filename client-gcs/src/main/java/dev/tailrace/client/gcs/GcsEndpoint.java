// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The address of another server than Google's public one.
 *
 * @param root scheme, host and port, without a slash at its end
 */
record GcsEndpoint(URI root) {

    /**
     * Reads an address, with or without scheme: without one it is https, or http on this machine and in private networks. The
     * path {@code /storage/v1}, which clients of other languages want, may be there.
     *
     * @param text such as {@code localhost:4443} or {@code https://storage-private.p.googleapis.com}
     * @param url for messages
     */
    static GcsEndpoint read(String text, ReplicaUrl url) {
        String address = text.strip().replaceFirst("(/storage/v1)?/*$", "");
        try {
            if (!address.contains("://")) {
                boolean local = isLocal(String.valueOf(new URI("http://" + address).getHost()));
                address = (local ? "http://" : "https://") + address;
            }
            URI root = new URI(address);
            String scheme = String.valueOf(root.getScheme()).toLowerCase(Locale.ROOT);
            if (root.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
                throw new ReplicaUrlException(refusal(url));
            }
            if (root.getUserInfo() != null
                    || root.getQuery() != null
                    || !root.getPath().isEmpty()) {
                throw new ReplicaUrlException(
                        "endpoint holds a user, a path or options: " + url + "; write it as https://host:port");
            }
            return new GcsEndpoint(root);
        } catch (URISyntaxException e) {
            // Without the cause, which quotes what may be a secret.
            throw new ReplicaUrlException(refusal(url));
        }
    }

    private static String refusal(ReplicaUrl url) {
        return "endpoint is no address of a server: " + url + "; write it as host, host:port or https://host:port";
    }

    /** Whether what is sent there can be read on its way. */
    boolean isPlain() {
        return root.getScheme().equalsIgnoreCase("http");
    }

    /** Whether nothing that is sent there leaves this machine. */
    boolean isLoopback() {
        String name = root.getHost().toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.matches("127\\.\\d+\\.\\d+\\.\\d+") || name.equals("[::1]");
    }

    /** Whether a host is this machine or in a private network: loopback, private addresses, .local, names without a dot. */
    private static boolean isLocal(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.endsWith(".localhost")
                || name.endsWith(".local")
                || name.matches("127\\.\\d+\\.\\d+\\.\\d+|10\\.\\d+\\.\\d+\\.\\d+|192\\.168\\.\\d+\\.\\d+")
                || name.matches("172\\.(1[6-9]|2\\d|3[01])\\.\\d+\\.\\d+")
                || name.equals("[::1]")
                || name.matches("\\[f[cd][0-9a-f]{2}:.*")
                || (!name.contains(".") && !name.startsWith("["));
    }
}
