// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.store.http.BucketFolder;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an {@code abs:} URL, its options and the settings say about the place of a replica.
 *
 * @param url for messages
 * @param prefix empty, or with a slash at its end
 */
record AzureUrl(ReplicaUrl url, String account, String container, String prefix, AzureEndpoint endpoint) {

    static final String CREDENTIALS_HINT =
            "set LITESTREAM_AZURE_ACCOUNT_KEY, LITESTREAM_AZURE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING in the"
                    + " environment instead, or account-key, sas-token or connection-string in the settings";

    private static final String FORMS = "; accepted forms: abs://account@container/path, abs://container/path with"
            + " account-name or AZURE_STORAGE_ACCOUNT, abs://account.blob.core.windows.net/container/path,"
            + " each with options such as ?endpoint=https://host:port/account";
    private static final Pattern CONTAINER =
            Pattern.compile("\\$root|\\$web|\\$logs|(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*");

    /** A container, what its URL says of the account, and where. */
    private record Place(String container, String path, Optional<String> account, Optional<String> endpoint) {}

    /**
     * Reads a URL.
     *
     * @throws ReplicaUrlException if it names no container, if nothing names the account, or if it holds credentials
     */
    static AzureUrl read(
            ReplicaUrl url, AzureOptions options, StoreSettings settings, Optional<ConnectionString> connection) {
        if (url.password().isPresent()) {
            throw new ReplicaUrlException("abs url holds credentials: " + url + "; " + CREDENTIALS_HINT);
        }
        Optional<String> given = options.text("endpoint");
        Optional<String> ofEnvironment = settings.environment("AZURE_STORAGE_SERVICE_ENDPOINT");
        Optional<String> elsewhere = options.text("account-name")
                .or(() -> settings.environment("AZURE_STORAGE_ACCOUNT"))
                .or(() -> connection.flatMap(ConnectionString::account))
                .or(() -> given.or(() -> ofEnvironment)
                        .flatMap(text -> AzureEndpoint.read(text, url).account()));
        Place place = place(url, elsewhere.isPresent());
        String account = place.account()
                .or(() -> elsewhere)
                .orElseThrow(() -> new ReplicaUrlException("account required in abs url: " + url + FORMS));
        if (place.container().isEmpty()) {
            throw new ReplicaUrlException("container required in abs url: " + url + FORMS);
        }
        if (!CONTAINER.matcher(place.container()).matches()) {
            throw new ReplicaUrlException("this cannot be the name of a container: " + place.container() + ", in " + url
                    + "; names have 3 to 63 small letters, digits and single hyphens" + FORMS);
        }
        AzureEndpoint endpoint = given.or(place::endpoint)
                .or(() -> ofEnvironment)
                .or(() -> connection
                        .filter(known -> known.account().equals(Optional.of(account)))
                        .flatMap(ConnectionString::endpoint))
                .map(text -> AzureEndpoint.read(text, url).withAccount(account))
                .orElseGet(() -> AzureEndpoint.ofAccount(account, url));
        return new AzureUrl(url, account, place.container(), BucketFolder.prefixOf(place.path()), endpoint);
    }

    private static Place place(ReplicaUrl url, boolean accountIsKnown) {
        String host = url.host();
        Optional<String> ofHost = AzureEndpoint.accountOfHost(host);
        if (ofHost.isPresent()) {
            if (url.user().isPresent() && !url.user().equals(ofHost)) {
                throw new ReplicaUrlException("abs url names two accounts, "
                        + url.user().get() + " and " + ofHost.get() + ": " + url + FORMS);
            }
            String port = url.port().isPresent() ? ":" + url.port().getAsInt() : "";
            return containerInPath(url, ofHost, Optional.of("https://" + host + port));
        }
        if (url.port().isPresent()) {
            return containerInPath(
                    url, url.user(), Optional.of(host + ":" + url.port().getAsInt()));
        }
        if (url.user().isPresent() || accountIsKnown || host.isEmpty()) {
            return new Place(host, url.path(), url.user(), Optional.empty());
        }
        // Litestream's guide writes account and container alike, and nobody else says which account it is.
        return containerInPath(url, Optional.of(host), Optional.empty());
    }

    private static Place containerInPath(ReplicaUrl url, Optional<String> account, Optional<String> endpoint) {
        String path = url.path().replaceFirst("^/+", "");
        int slash = path.indexOf('/');
        return new Place(
                slash < 0 ? path : path.substring(0, slash), slash < 0 ? "" : path.substring(slash), account, endpoint);
    }

    /** What was made of the URL, for people: never with a secret. */
    String understood() {
        return "container " + container
                + (prefix.isEmpty() ? "" : ", path " + prefix.substring(0, prefix.length() - 1))
                + ", account " + account + " at " + endpoint;
    }
}
