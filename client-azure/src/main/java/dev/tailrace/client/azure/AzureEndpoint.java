// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of an account's blobs: {@code https://account.blob.core.windows.net}, or with the account as its path where
 * that is no part of the host, as with the emulator.
 *
 * @param address without a slash at its end
 */
record AzureEndpoint(URI address) {

    /** The public cloud, the others, and accounts that have a DNS zone of their own. */
    private static final Pattern AZURE_HOST = Pattern.compile(
            "(?<account>[a-z0-9]{3,24})(-secondary)?\\.(z[0-9]+\\.)?blob\\.(core\\.[a-z0-9.-]+|storage\\.azure\\.net)");

    private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9]{3,24}");

    /**
     * Reads an endpoint, with or without scheme: without one it is https, or http where {@link #isLocal}.
     *
     * @param text such as {@code localhost:10000} or {@code https://host/account}
     * @param url for messages
     */
    static AzureEndpoint read(String text, ReplicaUrl url) {
        String address = text.strip().replaceFirst("/+$", "");
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
                        "endpoint holds a user or options: " + url + "; write it as https://host:port/account");
            }
            return new AzureEndpoint(endpoint);
        } catch (URISyntaxException e) {
            // Without the cause, which quotes what may be a secret.
            throw new ReplicaUrlException(refusal(url));
        }
    }

    private static String refusal(ReplicaUrl url) {
        return "endpoint is no address of a server: " + url
                + "; write it as host, host:port or https://host:port/account";
    }

    /**
     * That of an account in the public cloud.
     *
     * @throws ReplicaUrlException if no account can have that name
     */
    static AzureEndpoint ofAccount(String account, ReplicaUrl url) {
        if (!ACCOUNT.matcher(account).matches()) {
            throw new ReplicaUrlException("this cannot be the name of an account: " + account + ", for " + url
                    + "; names have 3 to 24 small letters and digits");
        }
        return new AzureEndpoint(URI.create("https://" + account + ".blob.core.windows.net"));
    }

    /** The account that a host of Azure belongs to. */
    static Optional<String> accountOfHost(@Nullable String host) {
        Matcher matcher = AZURE_HOST.matcher(String.valueOf(host).toLowerCase(Locale.ROOT));
        return matcher.matches() ? Optional.of(matcher.group("account")) : Optional.empty();
    }

    /** The account that it says: by its host, else by its path. */
    Optional<String> account() {
        String path = address.getPath() == null ? "" : address.getPath();
        return accountOfHost(address.getHost())
                .or(() -> Optional.of(path.replaceFirst("^/+", ""))
                        .filter(name -> !name.isEmpty() && !name.contains("/")));
    }

    /** With the account as its path, where nothing else says which one is meant. */
    AzureEndpoint withAccount(String account) {
        boolean said = !address.getPath().isEmpty()
                || address.getHost().startsWith(account + ".")
                || accountOfHost(address.getHost()).isPresent();
        return said ? this : new AzureEndpoint(URI.create(address + "/" + account));
    }

    boolean isEncrypted() {
        return "https".equalsIgnoreCase(address.getScheme());
    }

    /** Whether a host is this machine or in a private network: loopback, private addresses, .local, names without a dot. */
    static boolean isLocal(@Nullable String host) {
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

    @Override
    public String toString() {
        return address.toString();
    }
}
