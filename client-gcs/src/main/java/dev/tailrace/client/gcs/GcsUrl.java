// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.store.http.BucketFolder;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a {@code gs:} or {@code gcs:} URL, its options and the settings say about the place of a replica.
 *
 * @param url for messages
 * @param bucket its name
 * @param prefix empty, or with a slash at its end
 * @param endpoint empty for Google's own
 */
record GcsUrl(ReplicaUrl url, String bucket, String prefix, Optional<GcsEndpoint> endpoint) {

    private static final String FORMS =
            "; accepted forms: gs://bucket/path, gcs://bucket/path, with options such as ?endpoint=host:port";
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]");

    /**
     * Reads a URL.
     *
     * @throws ReplicaUrlException if it names no bucket, or holds a user, a port or an unknown option
     */
    static GcsUrl read(ReplicaUrl url, GcsOptions options, StoreSettings settings) {
        if (url.user().isPresent() || url.host().contains(":")) {
            throw new ReplicaUrlException(
                    "gs url holds credentials: " + withoutUser(url)
                            + "; set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file instead, or key-path in the settings");
        }
        if (url.host().isBlank()) {
            throw new ReplicaUrlException("bucket required in gs url: " + url + FORMS);
        }
        if (url.port().isPresent()) {
            throw new ReplicaUrlException("a bucket has no port: " + url + FORMS);
        }
        if (!BUCKET.matcher(url.host()).matches()) {
            throw new ReplicaUrlException("this cannot be the name of a bucket: " + url
                    + "; they have 3 to 222 lower-case letters, digits, dots, dashes and underscores" + FORMS);
        }
        Optional<GcsEndpoint> endpoint = options.text("endpoint")
                .or(() -> settings.environment("STORAGE_EMULATOR_HOST"))
                .map(text -> GcsEndpoint.read(text, url));
        return new GcsUrl(url, url.host(), BucketFolder.prefixOf(url.path()), endpoint);
    }

    /** Whoever writes credentials there may have written the secret first. */
    private static String withoutUser(ReplicaUrl url) {
        return url.toString().replaceFirst("//[^/]*", "//***");
    }

    /** What was made of the URL, for people: never with a secret. */
    String understood() {
        return "bucket " + bucket
                + (prefix.isEmpty() ? "" : ", path " + prefix.substring(0, prefix.length() - 1))
                + endpoint.map(address -> " at " + address.root()).orElse(" at Google Cloud Storage");
    }
}
