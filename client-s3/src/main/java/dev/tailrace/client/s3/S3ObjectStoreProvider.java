// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.lang.System.Logger.Level;
import java.util.Set;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Opens buckets of Amazon S3, and of all that speaks like it, as stores. Accepted are
 *
 * <ul>
 *   <li>{@code s3://bucket/path}, with {@code ?endpoint=host:port} for another store than Amazon's;
 *   <li>{@code s3://bucket.s3.region.amazonaws.com/path}, and the hosts of other providers alike: Backblaze B2, Cloudflare
 *       R2, DigitalOcean, Filebase, Google Cloud Storage, Hetzner, Linode, Scaleway, Tigris, Wasabi;
 *   <li>{@code s3://bucket.host:port/path}, {@code s3://host:port/bucket/path} where the host has no dot or is an address;
 *   <li>{@code s3://arn:aws:s3:region:account:accesspoint/name/path}.
 * </ul>
 *
 * <p>Options of the URL, and values of the settings under the same names: {@code endpoint} (without scheme http for this
 * machine and private networks, else https), {@code region}, {@code force-path-style}, {@code skip-verify},
 * {@code sign-payload}, {@code require-content-md5}, {@code checksums} (what the SDK adds of itself), {@code anonymous},
 * {@code profile}, {@code part-size}, {@code concurrency} (accepted for Litestream's sake: parts are sent one after another),
 * {@code storage-class}, {@code sse-customer-key}, {@code sse-customer-key-path}, {@code sse-customer-key-md5},
 * {@code sse-customer-algorithm}, {@code sse-kms-key-id}. Settings only: {@code access-key-id}, {@code secret-access-key},
 * {@code session-token}. Credentials in a URL are refused.
 *
 * <p>Each store has a client of its own, over {@link java.net.HttpURLConnection}. That keeps five idle connections for each
 * server, unless Java was started with {@code -Dhttp.maxConnections=64}: many reads at once open new ones more often than
 * they need to without it. The property is read once for the whole process, so nothing here sets it.
 */
public final class S3ObjectStoreProvider implements ObjectStoreProvider {

    private static final System.Logger LOGGER = System.getLogger(S3ObjectStoreProvider.class.getName());

    /** For {@link java.util.ServiceLoader}. */
    public S3ObjectStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("s3");
    }

    @Override
    public ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        S3Options options = S3Options.of(url, settings);
        S3Url place = S3Url.read(url, options, settings);
        UploadSettings uploads = new UploadSettings(
                partSize(options), options.text("storage-class").orElse(null), CustomerKeys.encryption(options, place));
        LOGGER.log(Level.DEBUG, "{0} is read as {1}", url, place.understood());
        BucketFolder folder = new BucketFolder(place.bucket(), place.prefix(), url.toString());
        return new S3ObjectStore(folder, client(place, options, settings), true, place.understood(), uploads);
    }

    private static S3Client client(S3Url place, S3Options options, StoreSettings settings) throws TailraceException {
        try {
            S3Profile profile = S3Profile.read(options, settings);
            return S3Clients.build(place, options, settings, profile, S3Credentials.of(options, settings, profile));
        } catch (CredentialsFailure | IllegalArgumentException e) {
            if (e instanceof ReplicaUrlException wrong) {
                throw wrong;
            }
            throw new StoreAccessException(
                    "cannot open " + place.url() + ": " + e.getMessage(),
                    place.url().toString(),
                    e);
        }
    }

    private static long partSize(S3Options options) {
        long size = options.bytes("part-size").orElse(UploadSettings.DEFAULTS.partSize());
        if (size < UploadSettings.SMALLEST_PART || size > UploadSettings.LARGEST_PART) {
            throw new ReplicaUrlException(
                    "part-size is not from 5 MiB to 5 GiB: " + size + " bytes, for " + options.url());
        }
        return size;
    }
}
