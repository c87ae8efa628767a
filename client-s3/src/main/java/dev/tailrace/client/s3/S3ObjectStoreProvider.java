// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.Set;

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

    /** For {@link java.util.ServiceLoader}. */
    public S3ObjectStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("s3");
    }

    @Override
    public ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        // Apart, since looking for a backend must not load any class of the SDK: verifying this class would.
        return S3Opening.open(url, settings);
    }
}
