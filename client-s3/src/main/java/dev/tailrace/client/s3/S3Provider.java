// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kind of store, and how it wants to be spoken to. Options of the URL win over all of it.
 *
 * @param name for people
 * @param hosts of its endpoints; the group {@code region} names the region, where a host tells it
 * @param region where the host does not tell it; empty to look it up
 * @param pathStyle whether the bucket is written in the path, and not as a part of the host name
 * @param signPayload whether the hash of what is sent is part of the signature also over HTTPS
 * @param sdkExtras whether it knows what the SDK adds of itself: checksums in trailers, and the chunked encoding for them
 * @param contentMd5 whether deleting many objects by one request needs {@code Content-MD5}
 * @param headers sent with each request
 */
record S3Provider(
        String name,
        Pattern hosts,
        Optional<String> region,
        boolean pathStyle,
        boolean signPayload,
        boolean sdkExtras,
        boolean contentMd5,
        Map<String, String> headers) {

    private static final String REGION = "(?<region>[a-z0-9-]+)";

    static final S3Provider AWS = new S3Provider(
            "Amazon S3",
            hosts("s3[.-](?:dualstack\\.)?" + REGION + "\\.amazonaws\\.com(?:\\.cn)?|s3\\.amazonaws\\.com"),
            Optional.empty(),
            false,
            false,
            true,
            false,
            Map.of());

    /** Whatever is at an endpoint that no other one claims: MinIO, Ceph, Garage, Versity and many more. */
    static final S3Provider OTHER = provider("S3-compatible store", ".*", "us-east-1", true, true, Map.of());

    // What each of them refuses is known from Litestream's own settings and reports of its users. In common: signed
    // payloads, no checksum trailers and no chunked encoding, which many of them answer with 400 or 501.
    private static final List<S3Provider> KNOWN = List.of(
            AWS,
            provider(
                    "Cloudflare R2",
                    "[a-z0-9]+(?:\\.[a-z]+)?\\.r2\\.cloudflarestorage\\.com",
                    "auto",
                    true,
                    true,
                    Map.of()),
            provider("Backblaze B2", "s3\\." + REGION + "\\.backblazeb2\\.com", "us-west-000", true, true, Map.of()),
            provider(
                    "Tigris",
                    "fly\\.storage\\.tigris\\.dev|t3\\.storage\\.dev",
                    "auto",
                    true,
                    false,
                    Map.of("X-Tigris-Consistent", "true")),
            provider("DigitalOcean Spaces", REGION + "\\.digitaloceanspaces\\.com", "us-east-1", false, true, Map.of()),
            provider("Scaleway", "s3\\." + REGION + "\\.scw\\.cloud", "fr-par", true, true, Map.of()),
            provider("Hetzner", REGION + "\\.your-objectstorage\\.com", "us-east-1", true, true, Map.of()),
            provider("Filebase", "s3\\.filebase\\.com", "us-east-1", true, true, Map.of()),
            provider("Supabase", "[a-z0-9-]+(?:\\.storage)?\\.supabase\\.co", "us-east-1", true, true, Map.of()),
            provider("Linode", REGION + "\\.linodeobjects\\.com", "us-east-1", false, true, Map.of()),
            provider("Wasabi", "s3(?:\\." + REGION + ")?\\.wasabisys\\.com", "us-east-1", true, true, Map.of()),
            provider(
                    "Google Cloud Storage",
                    "storage(?:\\.[a-z0-9-]+)*\\.googleapis\\.com",
                    "auto",
                    true,
                    true,
                    Map.of()));

    private static S3Provider provider(
            String name,
            String hosts,
            String region,
            boolean pathStyle,
            boolean contentMd5,
            Map<String, String> headers) {
        return new S3Provider(name, hosts(hosts), Optional.of(region), pathStyle, true, false, contentMd5, headers);
    }

    private static Pattern hosts(String pattern) {
        return Pattern.compile("(?:(?<bucket>.+)\\.)?(?<endpoint>" + pattern + ")", Pattern.CASE_INSENSITIVE);
    }

    /**
     * What a host name says when it is that of an endpoint, or that of a bucket at one.
     *
     * @param bucket before the endpoint's own name; empty if there is none
     * @param region empty if the host does not tell it
     */
    record Host(S3Provider provider, Optional<String> bucket, String endpoint, Optional<String> region) {}

    /** The known provider that a host belongs to; empty for all others. */
    static Optional<Host> ofHost(String host) {
        for (S3Provider provider : KNOWN) {
            Matcher matcher = provider.hosts.matcher(host);
            if (matcher.matches()) {
                boolean tellsRegion = provider.hosts.pattern().contains("<region>");
                return Optional.of(new Host(
                        provider,
                        Optional.ofNullable(matcher.group("bucket")),
                        matcher.group("endpoint"),
                        Optional.ofNullable(tellsRegion ? matcher.group("region") : null)));
            }
        }
        return Optional.empty();
    }
}
