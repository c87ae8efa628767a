// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.EntityTag;
import dev.tailrace.store.http.ListingPages;
import dev.tailrace.store.http.PagedListing;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Asks a bucket what is in it. */
record S3Listings(S3Client client, BlockingCalls calls, S3Failures failures, BucketFolder folder) {

    private static final PagedListing.Reader<S3Object> READER = new PagedListing.Reader<>() {

        @Override
        public @Nullable String key(S3Object object) {
            return object.key();
        }

        @Override
        public Optional<ObjectInfo> info(String key, S3Object object) {
            if (object.size() == null || object.size() < 0 || object.lastModified() == null) {
                return Optional.empty();
            }
            return Optional.of(new ObjectInfo(
                    key, object.size(), object.lastModified(), Optional.empty(), EntityTag.versionOf(object.eTag())));
        }
    };

    /** The objects, as {@link dev.tailrace.store.ObjectStore#list} has them. */
    PagedListing<S3Object> objects(String prefix, String startAfter) {
        return new PagedListing<>(
                pages(prefix, startAfter, null, ListObjectsV2Response::contents), READER, prefix, startAfter);
    }

    /** The whole keys up to the first slash after a prefix. */
    ListingPages<String> folders(String prefix) {
        return pages(
                prefix,
                "",
                "/",
                answer -> answer.commonPrefixes().stream()
                        .map(CommonPrefix::prefix)
                        .filter(Objects::nonNull)
                        .toList());
    }

    private <T> ListingPages<T> pages(
            String prefix,
            String startAfter,
            @Nullable String delimiter,
            Function<ListObjectsV2Response, List<T>> items) {
        return new ListingPages<>(calls, folder, token -> {
            ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                    .bucket(folder.bucket())
                    .prefix(folder.absolute(prefix))
                    .delimiter(delimiter)
                    // XML cannot hold every key.
                    .encodingType(EncodingType.URL);
            if (token != null) {
                request.continuationToken(token);
            } else if (!startAfter.isEmpty()) {
                request.startAfter(folder.absolute(startAfter));
            }
            ListObjectsV2Response answer = ask(request.build());
            Optional<String> following = Boolean.TRUE.equals(answer.isTruncated())
                    ? Optional.of(Objects.requireNonNullElse(answer.nextContinuationToken(), ""))
                    : Optional.empty();
            return new ListingPages.Page<>(items.apply(answer), following);
        });
    }

    private ListObjectsV2Response ask(ListObjectsV2Request request) throws TailraceException {
        try {
            return client.listObjectsV2(request);
        } catch (RuntimeException e) {
            throw failures.typed("cannot list " + folder.location(), e);
        }
    }
}
