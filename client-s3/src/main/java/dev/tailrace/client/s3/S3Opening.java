// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.store.http.BucketFolder;
import java.lang.System.Logger.Level;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes a store of a URL and settings: reads both, then sets up the client. */
final class S3Opening {

    private S3Opening() {}

    /**
     * As {@link dev.tailrace.store.ObjectStoreProvider#open} promises.
     *
     * @throws ReplicaUrlException if URL or options cannot be understood
     */
    static ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        S3Options options = S3Options.of(url, settings);
        S3Url place = S3Url.read(url, options, settings);
        UploadSettings uploads = new UploadSettings(
                partSize(options), options.text("storage-class").orElse(null), CustomerKeys.encryption(options, place));
        System.getLogger(S3ObjectStoreProvider.class.getName())
                .log(Level.DEBUG, "{0} is read as {1}", url, place.understood());
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
