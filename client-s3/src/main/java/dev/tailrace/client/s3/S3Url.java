// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.store.http.BucketFolder;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an {@code s3:} URL, its options and the settings say about the place of a replica.
 *
 * @param url for messages
 * @param bucket its name, or the ARN of an access point
 * @param prefix empty, or with a slash at its end
 * @param endpoint empty for Amazon's own
 * @param region empty if nobody has said it
 * @param provider how the store there wants to be spoken to
 */
record S3Url(
        ReplicaUrl url,
        String bucket,
        String prefix,
        Optional<URI> endpoint,
        Optional<String> region,
        S3Provider provider) {

    static final String CREDENTIALS_HINT = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment instead,"
            + " or access-key-id and secret-access-key in the settings";

    private static final String FORMS = "; accepted forms: s3://bucket/path, s3://bucket.s3.region.amazonaws.com/path,"
            + " s3://bucket.host:port/path, s3://arn:aws:s3:region:account:accesspoint/name/path,"
            + " each with options such as ?endpoint=host:port&region=name";
    private static final Pattern ACCESS_POINT = Pattern.compile(
            "arn:aws[a-z-]*:s3:(?<region>[a-z0-9-]*):(?<account>[0-9]+):accesspoint(?<name>:[A-Za-z0-9-]+)?");
    private static final String LITESTREAM_LOCAL_PORT = "9000";

    /** A bucket, and the endpoint that its URL names beside it. */
    private record Place(String bucket, String path, Optional<String> endpoint, Optional<String> region) {}

    /**
     * Reads a URL.
     *
     * @throws ReplicaUrlException if it names no bucket, holds credentials or an unknown option
     */
    static S3Url read(ReplicaUrl url, S3Options options, StoreSettings settings) {
        if (url.user().isPresent() || isUnescapedSecret(url.host())) {
            throw new ReplicaUrlException("s3 url holds credentials: " + withoutUser(url) + "; " + CREDENTIALS_HINT);
        }
        Place place = place(url);
        if (place.bucket().isBlank()) {
            throw new ReplicaUrlException("bucket required in s3 url: " + url + FORMS);
        }
        Optional<URI> endpoint = options.text("endpoint")
                .or(place::endpoint)
                .or(() -> place.region().isPresent()
                        ? Optional.empty()
                        : settings.environment("LITESTREAM_S3_ENDPOINT")
                                .or(() -> settings.environment("AWS_ENDPOINT_URL_S3"))
                                .or(() -> settings.environment("AWS_ENDPOINT_URL")))
                .map(text -> S3Endpoint.read(text, url));
        Optional<S3Provider.Host> host = endpoint.flatMap(address -> S3Provider.ofHost(address.getHost()));
        S3Provider provider = endpoint.isEmpty()
                ? S3Provider.AWS
                : host.map(S3Provider.Host::provider).orElse(S3Provider.OTHER);
        Optional<String> region = options.text("region")
                .or(place::region)
                .or(() -> host.flatMap(S3Provider.Host::region))
                .or(() -> settings.environment("AWS_REGION"))
                .or(() -> settings.environment("AWS_DEFAULT_REGION"))
                .or(provider::region);
        return new S3Url(url, place.bucket(), BucketFolder.prefixOf(place.path()), endpoint, region, provider);
    }

    /** Secret keys may have slashes, after which a URL's user part is no more: what is before it looks like a host. */
    private static boolean isUnescapedSecret(String host) {
        return host.contains(":") && !host.startsWith("arn:") && !host.startsWith("[");
    }

    /** Also the user's name may be a secret: with S3 it is the access key. */
    private static String withoutUser(ReplicaUrl url) {
        return url.toString().replaceFirst("//.*@", "//***@");
    }

    private static Place place(ReplicaUrl url) {
        String host = url.host();
        if (host.startsWith("arn:")) {
            return accessPoint(url);
        }
        String port = url.port().isPresent() ? ":" + url.port().getAsInt() : "";
        Optional<S3Provider.Host> known = S3Provider.ofHost(host);
        if (known.isPresent()) {
            boolean amazon = known.get().provider().equals(S3Provider.AWS) && port.isEmpty();
            // Without an endpoint the SDK finds Amazon's; a region says enough.
            Optional<String> region = amazon
                    ? known.get().region().or(() -> Optional.of("us-east-1"))
                    : known.get().region();
            Optional<String> endpoint = amazon
                    ? Optional.empty()
                    : Optional.of("https://" + known.get().endpoint() + port);
            return known.get()
                    .bucket()
                    .map(bucket -> new Place(bucket, url.path(), endpoint, region))
                    .orElseGet(() -> bucketInPath(url, endpoint, region));
        }
        if (host.endsWith(".localhost") && port.isEmpty()) {
            port = ":" + LITESTREAM_LOCAL_PORT;
        }
        if (port.isEmpty()) {
            return new Place(host, url.path(), Optional.empty(), Optional.empty());
        }
        int dot = host.indexOf('.');
        boolean address = host.startsWith("[") || host.matches("[0-9.]+");
        return dot < 0 || address
                ? bucketInPath(url, Optional.of(host + port), Optional.empty())
                : new Place(
                        host.substring(0, dot),
                        url.path(),
                        Optional.of(host.substring(dot + 1) + port),
                        Optional.empty());
    }

    private static Place bucketInPath(ReplicaUrl url, Optional<String> endpoint, Optional<String> region) {
        String path = url.path().replaceFirst("^/+", "");
        int slash = path.indexOf('/');
        return new Place(
                slash < 0 ? path : path.substring(0, slash), slash < 0 ? "" : path.substring(slash), endpoint, region);
    }

    private static Place accessPoint(ReplicaUrl url) {
        Matcher matcher = ACCESS_POINT.matcher(url.host());
        if (!matcher.matches()) {
            throw new ReplicaUrlException("s3 url names no access point: " + url + FORMS);
        }
        Optional<String> region = Optional.of(matcher.group("region")).filter(name -> !name.isEmpty());
        if (matcher.group("name") != null) {
            return new Place(url.host(), url.path(), Optional.empty(), region);
        }
        Place inPath = bucketInPath(url, Optional.empty(), region);
        if (inPath.bucket().isEmpty()) {
            throw new ReplicaUrlException("s3 url names no access point: " + url + FORMS);
        }
        return new Place(url.host() + "/" + inPath.bucket(), inPath.path(), Optional.empty(), region);
    }

    boolean isAccessPoint() {
        return bucket.startsWith("arn:");
    }

    /** What was made of the URL, for people: never with a secret. */
    String understood() {
        return (isAccessPoint() ? "access point " : "bucket ")
                + bucket
                + (prefix.isEmpty() ? "" : ", path " + prefix.substring(0, prefix.length() - 1))
                + endpoint.map(address -> " at " + address).orElse(" at " + S3Provider.AWS.name())
                + region.map(name -> ", region " + name).orElse("");
    }
}
