// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import org.jspecify.annotations.Nullable;

/**
 * How objects are written.
 *
 * @param partSize of a large object's parts, in bytes; larger where the object would have too many of them
 * @param storageClass null for the bucket's own
 */
record UploadSettings(long partSize, @Nullable String storageClass, Encryption encryption) {

    /** What every store must take as a part that is not the last one. */
    static final long SMALLEST_PART = 5L << 20;

    /** What every store takes by one request. */
    static final long LARGEST_PART = 5L << 30;

    static final UploadSettings DEFAULTS = new UploadSettings(8L << 20, null, Encryption.OF_BUCKET);

    /** Up to this many bytes an object is stored by one request: three cost more than what a retry would send again. */
    long largestPut() {
        return Math.max(16L << 20, partSize);
    }
}
